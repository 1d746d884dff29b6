"""Answers as tables of others."""

from __future__ import annotations

import datetime
import subprocess
import sys

import pandas
import polars
import pyarrow
import pytest

from newsearch import Index

COLUMNS = [
    "rank",
    "id",
    "title",
    "published",
    "day_only",
    "source",
    "tag",
    "category",
    "url",
    "codes",
    "score",
    "title_marks",
    "snippets",
    "marks",
    "starts",
    "also",
]


def test_all_tables_say_the_same(sample: Index) -> None:
    answer = sample.search("公司", limit=30, offset=3)
    table = answer.to_arrow()
    assert table.columns == COLUMNS and len(table) == len(answer) == 30
    rows = table.to_dict()
    assert rows["rank"] == list(range(4, 34))
    assert rows["id"] == [hit.id for hit in answer]
    assert rows["published"] == [hit.published for hit in answer]
    assert rows["codes"] == [hit.codes for hit in answer]
    assert rows["title_marks"] == [[list(mark) for mark in hit.title_marks] for hit in answer]
    assert rows["snippets"] == [[passage.text for passage in hit.snippets] for hit in answer]
    assert rows["marks"] == [
        [[list(mark) for mark in passage.marks] for passage in hit.snippets] for hit in answer
    ]
    assert rows["also"] == [[also.id for also in hit.also] for hit in answer]
    for arrow in [pyarrow.table(answer), pyarrow.table(table)]:
        assert arrow.to_pydict() == rows
    for frame in [polars.DataFrame(answer), answer.to_polars(), table.to_polars()]:
        assert frame.to_dict(as_series=False) == rows
    pandas_frame = answer.to_pandas()
    assert pandas_frame["id"].tolist() == rows["id"]
    assert pandas_frame["marks"].tolist() == rows["marks"]
    assert pandas_frame["published"].tolist() == [pandas.Timestamp(time) for time in rows["published"]]


def test_times_have_their_zone_and_codes_are_text(sample: Index) -> None:
    answer = sample.search("公司")
    arrow = pyarrow.table(answer)
    assert arrow.schema.field("published").type == pyarrow.timestamp("us", "Asia/Shanghai")
    assert arrow.schema.field("codes").type.value_type == pyarrow.string()
    assert str(answer.to_pandas()["published"].dt.tz) == "Asia/Shanghai"
    assert answer.to_polars().schema["published"] == polars.Datetime("us", "Asia/Shanghai")


def test_tables_without_rows_have_their_types(sample: Index, memory: Index) -> None:
    for index in [sample, memory]:
        nothing = index.search("鼯鼪鼷")
        frame = nothing.to_pandas()
        assert list(frame.columns) == COLUMNS and len(frame) == 0
        assert str(frame["published"].dt.tz) == "Asia/Shanghai"
        assert nothing.to_polars().schema == sample.search("公司").to_polars().schema


def test_moments_before_1970_and_none_at_all(memory: Index) -> None:
    memory.add([{"id": "a", "title": "甲", "date": "1955-01-01 10:00:00"}, {"id": "b", "title": "甲"}])
    memory.commit()
    answer = memory.search("甲", group=False, sort="date")
    china = datetime.timezone(datetime.timedelta(hours=8))
    times = [datetime.datetime(1955, 1, 1, 10, tzinfo=china), None]
    assert answer.to_arrow().to_dict()["published"] == times
    frame = answer.to_pandas()
    assert frame["published"].iloc[0] == times[0] and pandas.isna(frame["published"].iloc[1])


def test_a_stream_is_given_as_often_as_asked(sample: Index) -> None:
    table = sample.search("公司").to_arrow()
    assert pyarrow.table(table).equals(pyarrow.table(table))
    wide = pyarrow.schema([pyarrow.field("id", pyarrow.large_string())])
    capsule = table.__arrow_c_stream__(wide.__arrow_c_schema__())
    assert "arrow_array_stream" in repr(capsule)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_what_is_not_installed_is_named(library: str) -> None:
    script = (
        f"import sys; sys.modules['{library}'] = None\n"
        "import newsearch\n"
        "answer = newsearch.Index.in_memory().search('甲')\n"
        "assert not {'pandas', 'polars', 'pyarrow'} & {m for m in sys.modules if sys.modules[m]}\n"
        f"try: answer.to_{library}()\n"
        f"except ImportError as error: assert 'pip install {library}' in str(error)\n"
        "else: raise SystemExit(1)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
