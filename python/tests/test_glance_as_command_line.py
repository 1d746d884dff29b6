"""Counts, series, trends, stories and exports are those of the command line, row by row."""

from __future__ import annotations

import datetime
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsearch import Index, Table

Rows = list[dict[str, Any]]
Command = Callable[..., Rows]

TEXTS = ["公司", "银行 贷款", '"绿色金融"', "降准 -股票", "since:2022 债券", "鼯鼪鼷", ""]
FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"since": "2022-02"}, ["--since", "2022-02"]),
    ({"as_of": "2022-06"}, ["--as-of", "2022-06"]),
]
REAL_TEXTS = ["降准", "新能源汽车 销量", '"绿色金融"', "中国平安", "光伏 OR 风电", "财报 -美股"]
MOMENTS = ("start", "end", "date", "first", "last", "bucket")


@pytest.fixture(params=["sample", "real"])
def index(request: pytest.FixtureRequest) -> Index:
    """The sample, and the real archive where there is one."""
    index: Index = request.getfixturevalue(request.param)
    return index


@pytest.fixture
def texts(index: Index, sample: Index) -> list[str]:
    return TEXTS if index is sample else REAL_TEXTS


def moment(value: Any) -> Any:
    """A date, or a moment in any form, as one to the second; a day is its first moment at +08:00."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    if isinstance(value, datetime.datetime):
        zone = datetime.timezone(datetime.timedelta(hours=8))
        return (value if value.tzinfo else value.replace(tzinfo=zone)).timestamp()
    return value


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its moments made comparable, and without what it does not have."""
    row = {name: moment(value) if name in MOMENTS else value for name, value in row.items()}
    return {name: value for name, value in row.items() if value is not None}


def rows(table: Table | None) -> Rows:
    assert table is not None
    columns = table.to_dict()
    return [plain(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize(("request_", "options"), FILTERS)
def test_facets(
    index: Index, texts: list[str], command: Command, request_: dict[str, Any], options: list[str]
) -> None:
    fields = ["source", "tag", "category", "code", "year", "month", "weekday"]
    counted = 0
    for text in texts:
        table = index.facets(text, by=fields, top=7, **request_)
        said = command("facets", index, "--by", ",".join(fields), "--top", "7", *options, "--", text)
        values = [value | {"field": facet["field"]} for facet in said for value in facet.pop("values")]
        assert rows(table) == [plain(value) for value in values]
        assert table.info["facets"] == said
        counted += len(values)
    assert counted > 20


@pytest.mark.parametrize(("request_", "options"), FILTERS)
@pytest.mark.parametrize("by", ["day", "week", "month", "quarter", "year"])
def test_timeline(
    index: Index, texts: list[str], command: Command, by: Any, request_: dict[str, Any], options: list[str]
) -> None:
    buckets = 0
    for text in texts:
        said = command("timeline", index, "--by", by, *options, "--", text)
        assert rows(index.timeline(text, by=by, **request_)) == [plain(bucket) for bucket in said]
        buckets += len(said)
    assert buckets > 0


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_series(index: Index, texts: list[str], command: Command, tmp_path: Path, by: Any) -> None:
    codes = [code for hit in index.search("公司", limit=200, snippets=0) for code in hit.codes]
    file = tmp_path / "codes"
    file.write_text("\n".join(codes))
    said = command("series", index, "--codes", str(file), "--by", by, "--close", "15:00")
    table = index.series(codes, as_of=None, by=by, close="15:00")
    assert rows(table) == [plain(row) for row in said] and len(said) > 0
    until = command("series", index, "--codes", str(file), "--by", by, "--as-of", "2022-03")
    assert rows(index.series(codes, as_of="2022-03", by=by)) == [plain(row) for row in until]
    queries = {f"q{rank}": text for rank, text in enumerate(texts) if text}
    file.write_text("\n".join(f"{name}\t{text}" for name, text in queries.items()))
    said = command("series", index, "--queries", str(file), "--by", by)
    assert rows(index.series(queries, as_of=None, by=by)) == [plain(row) for row in said] and len(said) > 0


def test_trends(index: Index, texts: list[str], command: Command) -> None:
    stand_out = 0
    for text in texts:
        said = command("trends", index, "--top", "30", "--", text)
        assert rows(index.trends(text, top=30)) == [plain(row) for row in said]
        stand_out += len(said)
    assert stand_out > 20
    said = command("trends", index, "--since", "2022", "--against", "银行", "--", "公司")
    assert rows(index.trends("公司", since="2022", against={"q": "银行"})) == [plain(row) for row in said]


def test_similar_and_story(index: Index, texts: list[str], command: Command) -> None:
    found = told = 0
    for text in texts:
        for hit in index.search(text, limit=3, snippets=0):
            said = command("similar", index, "-n", "5", hit.id)
            for row in said:
                row["shared"] = [term["text"] for term in row["shared"]]
            assert rows(index.similar(hit.id, limit=5)) == [plain(row) for row in said]
            (story,) = command("story", index, hit.id)
            table = index.story(hit.id)
            tellings = story.pop("tellings")
            assert table is not None and rows(table) == [plain(row) for row in tellings]
            assert table.info == story
            found += len(said)
            told += len(tellings)
    assert found > 5 and told > 5


def test_suggest(index: Index, command: Command) -> None:
    suggested = 0
    for text in ["云", "银", "公司", "6005", "zg", "yh", "绿色", "zhong", "海潮", "鼯"]:
        said = command("suggest", index, "-n", "20", "--", text)
        assert rows(index.suggest(text, limit=20)) == [plain(row) for row in said]
        suggested += len(said)
    assert suggested > 5


@pytest.mark.parametrize("form", ["jsonl", "csv", "md", "bib", "csl"])
def test_export(index: Index, texts: list[str], program: Path, tmp_path: Path, form: Any) -> None:
    for text in texts:
        ours, theirs = tmp_path / "ours", tmp_path / "theirs"
        written = index.export(ours, text, format=form, limit=500, accessed="2026-01-02")
        options = ["--format", form, "--limit", "500", "--accessed", "2026-01-02", "--output", str(theirs)]
        line = [program, "export", "--index", str(index.path), *options, "--", text]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        assert (done.returncode == 1) == (written["articles"] == 0)
        # A dossier names its request; the command line's has a bound on its time.
        expected = theirs.read_bytes().replace(b"&timeout=60000ms", b"").replace(b"timeout=60000ms", b"")
        assert ours.read_bytes() == expected
    if form == "jsonl":
        lines = ours.read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[-1])["count"] == len(lines) - 1 > 0
