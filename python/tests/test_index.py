"""Writing: files, dicts, tables, deletes, locks, damage, Ctrl-C."""

from __future__ import annotations

import datetime
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest

from newsearch import (
    BadArticle,
    BadRequest,
    Index,
    IndexClosed,
    IndexDamaged,
    IndexExists,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    NewsearchError,
    Report,
)

ROOT = Path(__file__).resolve().parents[2]

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "a",
        "title": "云汐科技上调产能",
        "date": "2026-05-14 09:30:00",
        "source": "江海社",
        "body": "云汐科技5月14日公告，上调产能。",
        "stocks": ["002991:云汐科技", "600001:海岚新材"],
    },
    {"id": "b", "title": "央行宣布降准", "date": None, "source": None, "body": None, "stocks": None},
    {"id": "c", "title": None, "date": "2026-05-13", "source": "江海社", "body": "降准𠀀🙂。", "stocks": []},
]


def seen(index: Index) -> list[Any]:
    """All that an index holds of `ARTICLES`."""
    return [index.article(id) for id in "abc"]


@pytest.fixture
def expected(memory: Index) -> list[Any]:
    memory.add(ARTICLES)
    memory.commit()
    articles = seen(memory)
    assert articles[0]["codes"] == ["SZ002991", "SH600001"] and articles[1]["date"] is None
    assert articles[0]["date"] == "2026-05-14T09:30:00+08:00" and articles[2]["date"] == "2026-05-13"
    return articles


def test_articles_come_as_dicts_or_as_any_table(expected: list[Any]) -> None:
    arrow = pyarrow.Table.from_pylist(ARTICLES)
    dictionary = arrow.set_column(3, "source", arrow["source"].dictionary_encode())
    tables = [
        iter(ARTICLES),
        (dict(article) for article in ARTICLES),
        arrow,
        dictionary,
        arrow.to_batches()[0],
        pyarrow.RecordBatchReader.from_batches(arrow.schema, arrow.to_batches(max_chunksize=1)),
        polars.DataFrame(ARTICLES),
        polars.DataFrame(ARTICLES, schema_overrides={"source": polars.Categorical}),
        pandas.DataFrame(ARTICLES),
        pandas.DataFrame(ARTICLES).to_dict("records"),
    ]
    for table in tables:
        index = Index.in_memory()
        assert index.add(table) == 3, type(table)
        index.commit()
        assert seen(index) == expected, type(table)


def test_dates_of_tables_are_moments_of_their_zone(memory: Index) -> None:
    moment = datetime.datetime(2026, 5, 14, 1, 30, tzinfo=datetime.UTC)
    shanghai = pandas.Timestamp(moment).tz_convert("Asia/Shanghai")
    frames: list[Any] = [
        {"id": "dict", "title": "甲", "date": moment},
        pandas.DataFrame({"id": ["pandas"], "title": ["甲"], "date": [shanghai]}),
        polars.DataFrame({"id": ["polars"], "title": ["甲"], "date": [shanghai.to_pydatetime()]}),
        {"id": "naive", "title": "甲", "date": datetime.datetime(2026, 5, 14, 9, 30)},
        pandas.DataFrame({"id": ["ns"], "title": ["甲"], "date": [pandas.Timestamp("2026-05-14 09:30")]}),
        polars.DataFrame({"id": ["day"], "title": ["甲"], "date": [datetime.date(2026, 5, 14)]}),
        pandas.DataFrame({"id": [7], "title": ["甲"], "date": [pandas.NaT]}),
    ]
    for frame in frames:
        memory.add(frame)
    memory.commit()
    for id in ["dict", "pandas", "polars", "naive", "ns"]:
        published = memory.search(f"id:{id}")[0].published
        assert published == moment, id
    assert memory.search("id:day")[0].date == "2026-05-14"
    assert memory.search("id:7")[0].date is None


def test_the_hits_of_one_index_go_into_another(sample: Index, memory: Index) -> None:
    frame = sample.search("公司", limit=20).to_polars()
    frame = frame.rename({"published": "date", "codes": "stocks"})
    assert memory.add(frame) == 20
    memory.commit()
    for hit in memory.search("", limit=20, group=False, sort="date"):
        original = sample.article(hit.id)
        assert original is not None and hit.title == original["title"]


def test_a_bad_article_is_named(memory: Index) -> None:
    recursive: list[Any] = []
    recursive.append(recursive)
    for bad, word in [
        ([{"title": "甲"}, {"date": "2022"}], "article 2 has neither a title nor text"),
        ([{"title": object()}], "article 1: `title`: a object"),
        ([{"title": recursive}], "article 1: `title`: lists within lists"),
        ([{"title": "\ud800"}], "article 1: `title`: 'utf-8' codec"),
        ([7], "article 1: a int is no dict"),
        (polars.DataFrame({"name": ["甲"]}), "article 1 has neither a title nor text"),
        ([{"title": "甲", "id": "x" * 100_000}], "id"),
    ]:
        with pytest.raises(BadArticle, match=word):
            memory.add(bad)
        memory.rollback()
    assert len(memory) == 0
    with pytest.raises(TypeError):
        memory.add(7)


def test_what_is_added_is_seen_once_it_is_committed(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    before = index.searcher()
    index.add(ARTICLES)
    assert len(index) == 0 and index.count("降准") == 0
    with pytest.raises(IndexLocked, match="commit"):
        index.update(tmp_path)
    assert index.commit().new == 3
    assert len(index) == 3 and len(before) == 0 and "a" in index and "a" not in before
    index.delete("a")
    index.delete(["b", "none"])
    index.rollback()
    assert len(index) == 3
    index.delete("a")
    index.delete(id for id in ["b", "none"])
    index.commit()
    assert len(index) == 1 and "c" in index
    assert index.commit().new == 0
    index.add({"id": "c", "title": "再次降准"})
    assert index.commit().replaced == 1
    assert index.search("再次")[0].title == "再次降准"
    assert Index.check(tmp_path / "index") == []


def test_a_block_that_ends_well_is_committed_and_another_is_not(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index") as index:
        index.add(ARTICLES[0])
    with pytest.raises(KeyError), Index.open(tmp_path / "index") as index:
        index.add(ARTICLES[1:])
        raise KeyError
    for call in [lambda: index.search("降准"), lambda: len(index), lambda: index.add({"title": "甲"})]:
        with pytest.raises(IndexClosed):
            call()
    assert repr(index).endswith(": closed>")
    with Index.open(str(tmp_path / "index")) as index:
        assert len(index) == 1 and index.path == tmp_path / "index"


def test_two_objects_of_one_index(tmp_path: Path) -> None:
    writer = Index.create(tmp_path / "index")
    reader = Index.open(tmp_path / "index")
    writer.add(ARTICLES)
    with pytest.raises(IndexLocked, match="is being written by"):
        reader.add(ARTICLES)
    writer.commit()
    assert len(reader) == 0
    reader.refresh()
    assert len(reader) == 3


def test_what_is_no_index_is_said_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"no index at .*: make one with Index.create"):
        Index.open(tmp_path)
    with pytest.raises(FileNotFoundError):
        Index.open(tmp_path / "nothing")
    (tmp_path / "file").write_text("text")
    with pytest.raises(IndexExists):
        Index.create(tmp_path)
    path = tmp_path / "index"
    Index.create(path, words=["云汐科技"]).close()
    assert Index.exists(path) and not Index.exists(tmp_path)
    # An index of an earlier format says so in its manifest.
    earlier = ROOT / "tests" / "golden" / "format-6" / "newsearch.json.zst"
    with pyarrow.input_stream(earlier, compression="zstd") as manifest:
        (path / "newsearch.json").write_bytes(manifest.read())
    with pytest.raises(IndexOutdated, match=r"Index\.rebuild"):
        Index.open(path)
    for error in [IndexMissing, IndexExists, IndexOutdated, IndexLocked, BadArticle, BadRequest]:
        assert issubclass(error, NewsearchError)


def test_damage_is_said(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with Index.create(path) as index:
        index.add(ARTICLES)
    dictionary = next(file for file in path.rglob("*dictionary*") if file.is_file())
    dictionary.write_bytes(dictionary.read_bytes()[:-100])
    with pytest.raises(IndexDamaged, match="dictionary.* is damaged.*Index.check"):
        Index.open(path)


def test_words_and_names_of_the_user(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("云汐科技\n", encoding="utf-8")
    for given in [words, str(words), ["云汐科技"]]:
        index = Index.in_memory(words=given)
        assert index.analyzer.cut("云汐科技上涨")[0] == "云汐科技"
    with pytest.raises(BadRequest):
        Index.in_memory(words=["云汐 x y z w"])
    with pytest.raises(FileNotFoundError):
        Index.in_memory(words=tmp_path / "none")
    with caplog.at_level(logging.WARNING, "newsearch"):
        index = Index.in_memory(entities=["609301\tSH\t云汐租赁\t云汐金融租赁股份有限公司", "bad"])
    assert "line 2" in caplog.text
    index.add({"id": "a", "title": "云汐租赁上市"})
    index.commit()
    assert index.search("609301")[0].id == "a"


def test_an_update_reports_and_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = tmp_path / "posts.jsonl"
    lines.write_text('{"id":"a","title":"降准"}\n{nothing}\n{"id":"b","title":"降息"}\n', encoding="utf-8")
    index = Index.create(tmp_path / "index")
    reports: list[Report] = []
    with caplog.at_level(logging.WARNING, "newsearch"):
        report = index.update([lines], progress=reports.append)
    assert (report.new, report.bad, report.records) == (2, 1, 3)
    assert "posts.jsonl:2: is not a JSON object" in caplog.text
    assert reports and reports[-1].new == 2
    assert len(index) == 2 and index.update(lines, prune=True).bad == 1
    lines.write_text('{"id":"b","title":"降息"}\n', encoding="utf-8")
    assert index.update(tmp_path / "posts.jsonl", prune=True).deleted == 1


def test_an_exception_of_progress_ends_the_update(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index")
    (tmp_path / "bad.jsonl").write_text("{nothing}\n" + '{"title":"甲"}\n' * 1000, encoding="utf-8")

    def progress(report: Report) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.update(tmp_path / "bad.jsonl", progress=progress)
    assert Index.check(tmp_path / "index") == []
    assert index.update(tmp_path / "bad.jsonl").new >= 0


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_ctrl_c_ends_a_long_update_and_leaves_the_index_whole(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import json, sys, threading, pathlib
        from newsearch import Index
        folder = pathlib.Path(sys.argv[1])
        lines = folder / "many.jsonl"
        with lines.open("w", encoding="utf-8") as out:
            for number in range(60_000):
                line = {"id": str(number), "title": f"第{number}号公告", "body": "公司公告称，拟回购股份。" * 20}
                out.write(json.dumps(line, ensure_ascii=False) + "\\n")
        index = Index.create(folder / "index")
        print("ready", flush=True)
        try:
            index.update(lines, commit_every=0.5, progress=lambda report: print(report.records, flush=True))
        except KeyboardInterrupt:
            print("interrupted", len(index), flush=True)
        """
    )
    command = [sys.executable, "-X", "faulthandler", "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert process.stdout.readline().strip().isdigit()
        process.send_signal(signal.SIGINT)
        last = process.stdout.read().splitlines()[-1]
        assert process.wait(60) == 0
    assert last.startswith("interrupted "), last
    assert Index.check(tmp_path / "index") == []
    assert len(Index.open(tmp_path / "index")) < 60_000


def test_an_update_runs_while_another_thread_searches(tmp_path: Path) -> None:
    lines = tmp_path / "many.jsonl"
    text = "".join(f'{{"id":"{n}","title":"第{n}号公告","body":"公司拟回购股份。"}}\n' for n in range(4000))
    lines.write_text(text, encoding="utf-8")
    index = Index.create(tmp_path / "index")
    index.add({"id": "first", "title": "回购"})
    index.commit()
    counts: list[int] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            index.refresh()
            counts.append(index.count("回购"))

    reader = threading.Thread(target=search)
    reader.start()
    index.update(lines, commit_every=0.1)
    done.set()
    reader.join()
    assert index.count("回购") == 4001
    assert counts[0] >= 1 and counts == sorted(counts)
