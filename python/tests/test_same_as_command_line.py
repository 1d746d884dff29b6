"""What the package finds is what the command line finds: the same hits, order and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newsearch import Hit, Index

Command = Callable[..., list[dict[str, Any]]]

REQUESTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("绿色金融", {}, []),
    ("银行 贷款", {"limit": 100}, ["--limit", "100"]),
    ("银行", {"limit": 100, "group": False}, ["--limit", "100", "--all"]),
    ('"绿色金融"', {"sort": "date"}, ["--sort", "date"]),
    ("债券", {"since": "2022", "until": "2022-06"}, ["--since", "2022", "--until", "2022-06"]),
    ("债券", {"as_of": "2022-03"}, ["--as-of", "2022-03"]),
    ("公司", {"source": ["云汐财经", "海潮社"]}, ["--source", "云汐财经", "--source", "海潮社"]),
    ("公司", {"source": "云汐财经", "offset": 2}, ["--source", "云汐财经", "--offset", "2"]),
    ("公司", {"recency": False}, ["--no-recency"]),
    ("公司", {"snippets": 5, "limit": 30}, ["--snippets", "5", "--limit", "30"]),
    ("降准 -股票", {"snippets": 0}, ["--snippets", "0"]),
    ("鼯鼪鼷", {}, []),
    ("(", {}, []),
]


def line(hit: Hit) -> dict[str, Any]:
    """A hit as the command line writes it."""
    return {
        "id": hit.id,
        "title": hit.title,
        "title_highlights": [list(mark) for mark in hit.title_marks],
        "date": hit.date,
        "source": hit.source,
        "authors": hit.authors,
        "tag": hit.tag,
        "tags": hit.tags,
        "category": hit.category,
        "categories": hit.categories,
        "path": hit.path,
        "line": hit.line,
        "url": hit.url,
        "codes": hit.codes,
        "score": pytest.approx(hit.score),
        "snippets": [
            {"text": passage.text, "highlights": [list(mark) for mark in passage.marks]}
            for passage in hit.snippets
        ],
        "also": [{"id": other.id, "source": other.source, "date": other.date} for other in hit.also],
    }


@pytest.mark.parametrize(("text", "request_", "options"), REQUESTS)
def test_sample(
    sample: Index, command: Command, text: str, request_: dict[str, Any], options: list[str]
) -> None:
    answer = sample.search(text, **request_)
    assert command("query", sample, *options, "--", text) == [line(hit) for hit in answer]
    whole = request_ | {"limit": 1_000_000, "offset": 0, "group": False}
    if "sort" not in request_:
        assert answer.total == sample.count(text, **request_)
    assert len(sample.search(text, **whole)) <= answer.total


def test_real(real: Index, command: Command) -> None:
    found = 0
    for text in ["降准", "新能源汽车 销量", '"绿色金融"', "中国平安", "600519", "光伏 OR 风电", "财报 -美股"]:
        answer = real.search(text, limit=50)
        assert command("query", real, "--limit", "50", "--", text) == [line(hit) for hit in answer]
        found += len(answer)
    assert found > 100


def test_an_article_is_what_the_command_line_shows(sample: Index, command: Command) -> None:
    for hit in sample.search("公司"):
        assert command("show", sample, hit.id) == [sample.article(hit.id)]
        assert hit.id in sample
    assert sample.article("none") is None and "none" not in sample


def test_the_facts_are_those_of_the_command_line(sample: Index, command: Command) -> None:
    (said,) = command("stats", sample)
    facts = sample.statistics()
    assert said["documents"] == facts.documents == len(sample)
    assert (said["undated"], said["bytes"]) == (facts.undated, facts.bytes)
    assert [(source["name"], source["documents"]) for source in said["sources"]] == facts.sources
