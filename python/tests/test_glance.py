"""Counts, series, trends, stories: against the hits that they are of."""

from __future__ import annotations

import collections
import datetime
import json
from pathlib import Path
from typing import Any

import polars
import pytest

from newsearch import BadRequest, Index

EVERYTHING = {"limit": 1_000_000, "group": False, "snippets": 0}


def test_facets_count_the_matches(sample: Index) -> None:
    table = sample.facets("公司", by=["source", "year"], top=1000)
    frame = table.to_polars()
    assert frame.columns == ["field", "value", "articles", "stories", "selected", "mentions"]
    hits = sample.search("公司", **EVERYTHING).hits
    for field, values in [
        ("source", [hit.source for hit in hits if hit.source]),
        ("year", [hit.date[:4] for hit in hits if hit.date]),
    ]:
        rows = frame.filter(polars.col("field") == field)
        # A value that is written in capitals and without is one.
        counted = {value.lower(): articles for value, articles in zip(rows["value"], rows["articles"], strict=True)}
        assert counted == collections.Counter(value.lower() for value in values) and len(counted) > 1
    assert table.info["articles"] == len(hits)
    assert [facet["field"] for facet in table.info["facets"]] == ["source", "year"]
    chosen = sample.facets("公司", by="source", source="云汐财经").to_polars()
    assert chosen.filter(polars.col("selected"))["value"].to_list() == ["云汐财经"]
    with pytest.raises(BadRequest, match="colour"):
        sample.facets("公司", by="colour")
    with pytest.raises(BadRequest, match="top"):
        sample.facets("公司", top=0)


def test_a_timeline_has_every_bucket(sample: Index) -> None:
    table = sample.timeline("公司", by="month")
    frame = table.to_polars()
    hits = sample.search("公司", **EVERYTHING).hits
    dated = [hit for hit in hits if hit.date]
    assert frame["articles"].sum() == len(dated)
    assert table.info["undated"] == len(hits) - len(dated) and table.info["by"] == "month"
    months = collections.Counter(hit.date[:7] for hit in dated if hit.date)
    for start, articles in zip(frame["start"], frame["articles"], strict=True):
        assert articles == months.get(start.strftime("%Y-%m"), 0)
    assert (frame["end"][:-1] == frame["start"][1:]).all()


def test_a_series_never_looks_ahead(memory: Index) -> None:
    articles: list[dict[str, Any]] = [
        {"id": "a", "title": "云汐科技（002991）公告", "date": "2026-05-14 10:00"},
        {"id": "b", "title": "云汐科技（002991）再公告", "date": "2026-05-14 16:00"},
        {"id": "c", "title": "云汐科技（002991）三公告", "date": "2026-05-18 09:00"},
        {"id": "d", "title": "云汐科技（002991）某日公告"},
    ]
    for article in articles:
        article["stocks"] = ["002991:云汐科技"]
    memory.add(articles)
    memory.commit()

    def counted(**options: Any) -> dict[str, int]:
        rows = memory.series(["002991"], **options).to_dict()
        assert set(rows["key"]) <= {"SZ002991"}
        days = [bucket.date().isoformat() for bucket in rows["bucket"]]
        return dict(zip(days, rows["articles"], strict=True))

    assert counted(as_of=None) == {"2026-05-14": 2, "2026-05-18": 1}
    assert counted(as_of="2026-05-14") == {"2026-05-14": 2}
    assert counted(as_of=datetime.date(2026, 5, 13)) == {}
    days = ["2026-05-14", datetime.date(2026, 5, 15), "2026-05-18"]
    for close in ["15:00", datetime.time(15), 900]:
        told = counted(as_of=None, close=close, calendar=days)
        assert told == {"2026-05-14": 1, "2026-05-15": 1, "2026-05-18": 1}
    assert counted(as_of=None, by="month") == {"2026-05-01": 3}
    assert memory.series(as_of=None).info["undated"] == 1
    with pytest.raises(TypeError, match="as_of"):
        memory.series(["002991"])  # type: ignore[call-arg]
    with pytest.raises(BadRequest, match="within a day"):
        memory.series(as_of=datetime.datetime(2026, 5, 14, 15, 0))
    with pytest.raises(BadRequest, match="close"):
        memory.series(as_of=None, close="noon")
    queries = memory.series({"甲": "再公告", "乙": {"q": "公告", "since": "2026-05-18"}}, as_of=None)
    rows = queries.to_dict()
    assert list(zip(rows["key"], rows["articles"], strict=True)) == [("甲", 1), ("乙", 1)]


def test_trends_similar_story_suggest(sample: Index) -> None:
    trends = sample.trends("银行", top=5)
    assert trends.columns[0] == "text" and len(trends) <= 5
    assert trends.info["articles"] == sample.count("银行")
    assert len(sample.trends("银行", against={"q": "债券"})) >= 0
    first = sample.search("公司")[0].id
    similar = sample.similar(first, limit=3)
    assert similar is not None and first not in similar.to_dict()["id"] and len(similar) <= 3
    assert sample.similar("none") is None and sample.story("none") is None
    retold = next(hit for hit in sample.search("公司", limit=100) if hit.also)
    story = sample.story(retold.id)
    assert story is not None
    told = story.to_dict()
    assert set(told["id"]) == {retold.id, *(also.id for also in retold.also)}
    assert story.info["articles"] == len(story) == len(retold.also) + 1
    source = next(name for name, _ in sample.statistics().sources if name)
    suggested = sample.suggest(source[:2], limit=50).to_dict()
    assert source in suggested["text"]
    for query in suggested["query"]:
        assert sample.count(query) > 0


def test_an_export_has_all_matches(sample: Index, memory: Index, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    said = sample.export(path, "公司", since="2022")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[-1] == {"end": True, "count": said["articles"]}
    assert {line["id"] for line in lines[:-1]} == set(sample.ids("公司", since="2022"))
    assert said["articles"] == said["total"] == len(lines) - 1
    memory.update(path)
    assert memory.count("公司") == said["total"]
    sample.export(tmp_path / "out.csv", "公司", limit=3, bom=True)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert sample.export(tmp_path / "out.txt", "公司", format="md", limit=2)["articles"] == 2
    assert sample.export(tmp_path / "out.xlsx", "公司")["articles"] > 0
    with pytest.raises(BadRequest, match="txt"):
        sample.export(tmp_path / "out.txt", "公司")
    with pytest.raises(FileNotFoundError):
        sample.export(tmp_path / "none" / "out.csv", "公司")
