"""Requests by name, answers as objects, pages, days, errors."""

from __future__ import annotations

import datetime
import html
import json
import pickle
import re

import numpy
import pandas
import pytest

import newsearch
from newsearch import BadRequest, Index, QueryTimeout


def test_an_answer_is_a_sequence_of_its_hits(sample: Index) -> None:
    answer = sample.search("公司", limit=5, stories=True)
    assert len(answer) == 5 and answer and list(answer) == list(answer.hits)
    assert answer[0].id == answer.hits[0].id and answer[-1].id == answer.hits[4].id
    assert [hit.id for hit in answer[1:3]] == [hit.id for hit in answer.hits[1:3]]
    with pytest.raises(IndexError):
        answer[5]
    assert answer.total >= (answer.stories or 0) > 5
    nothing = sample.search("鼯鼪鼷")
    assert not nothing and nothing.total == 0 and nothing.notes


def test_pages_follow_each_other(sample: Index) -> None:
    whole = [hit.id for hit in sample.search("公司", limit=1000)]
    paged = []
    answer = sample.search("公司", limit=7)
    while True:
        paged += [hit.id for hit in answer]
        if answer.next is None:
            break
        answer = sample.run(answer.next)
    assert paged == whole and len(whole) > 20


def test_marks_slice_what_matched(sample: Index) -> None:
    marks = 0
    for hit in sample.search('"绿色金融"', limit=50):
        article = sample.article(hit.id)
        assert article is not None
        body = "\n".join(paragraph["text"] for paragraph in article["body"])
        for start, end in hit.title_marks:
            assert hit.title[start:end] == "绿色金融"
        for passage in hit.snippets:
            assert body[passage.start :].startswith(passage.text)
            for start, end in passage.marks:
                assert passage.text[start:end] == "绿色金融"
                marks += 1
    assert marks > 3


def test_days_are_given_as_text_or_as_dates(sample: Index) -> None:
    expected = sample.search("公司", as_of="2022-03-31", limit=50).to_dict()
    assert expected["total"] > 0
    for day in [
        datetime.date(2022, 3, 31),
        datetime.datetime(2022, 3, 31),
        pandas.Timestamp("2022-03-31", tz="Asia/Shanghai"),
        "2022年3月",
    ]:
        answer = sample.search("公司", as_of=day, limit=50).to_dict()
        assert answer["hits"] == expected["hits"]
        ids = {hit.id for hit in sample.searcher().as_of(day).search("公司", limit=50)}
        assert ids == {hit["id"] for hit in expected["hits"]}
        assert len(sample.ids("公司", as_of=day)) == expected["total"]
    with pytest.raises(BadRequest, match="within a day"):
        sample.search("公司", as_of=datetime.datetime(2022, 3, 31, 9, 30))


def test_an_article_without_a_date_is_in_no_past(memory: Index) -> None:
    memory.add([{"id": "a", "title": "降准"}, {"id": "b", "title": "降准", "date": "2020-01-01"}])
    memory.commit()
    assert memory.count("降准") == 2
    assert [hit.id for hit in memory.search("降准", as_of="2030")] == ["b"]


def test_what_is_wrong_with_a_request_is_named(sample: Index) -> None:
    for wrong, word in [
        ({"lmit": 3}, "unknown parameter `lmit`; known are q, source"),
        ({"limit": -1}, "`limit`: `-1`"),
        ({"limit": 2.5}, "`limit`: `2.5`"),
        ({"sort": "best"}, "`sort`: `best` is none of relevance, date"),
        ({"since": "morgen"}, "`since`: `morgen` is not a date"),
        ({"snippets": 9}, "`snippets`: `9`"),
        ({"timeout": -1}, "`timeout`"),
        ({"limit": [1, 2]}, "`limit` is given twice"),
    ]:
        with pytest.raises(BadRequest, match=re.escape(word)):
            sample.search("公司", **wrong)
    with pytest.raises(TypeError, match="`source`"):
        sample.search("公司", source=object())
    with pytest.raises(ValueError):
        sample.run("q=a&q=b")
    assert sample.search("公司", limit=numpy.int64(3), source=None).total > 0


def test_a_search_whose_time_is_up_has_no_answer(sample: Index) -> None:
    for timeout in [0, datetime.timedelta(0), "0s"]:
        with pytest.raises(QueryTimeout, match="timeout="):
            sample.search("公司", timeout=timeout)
        with pytest.raises(TimeoutError):
            sample.ids("公司", timeout=timeout)
    assert sample.search("公司", timeout=60).total > 0


def test_any_number_of_threads_finds_the_same(sample: Index) -> None:
    for text in ['"绿色金融"', "云汐租赁"]:
        alone = sample.search(text)
        assert alone.total > 0
        for threads in [1, 2, 64]:
            found = sample.search(text, threads=threads)
            assert [hit.id for hit in found] == [hit.id for hit in alone]
            assert sample.count(text, threads=threads) == alone.total
    with pytest.raises(BadRequest, match="`threads`: `0` is not a number from 1 to 64"):
        sample.search("公司", threads=0)


def test_many_searches_are_as_one_by_one(sample: Index) -> None:
    texts = ["公司", "银行", "绿色金融", "鼯鼪鼷", "(", ""] * 20
    for threads in [None, 1, 2, 1000]:
        answers = sample.search_many(texts, threads=threads, limit=3)
        assert [answer.to_dict()["hits"] for answer in answers] == [
            sample.search(text, limit=3).to_dict()["hits"] for text in texts
        ]
    assert sample.search_many([]) == []
    with pytest.raises(QueryTimeout):
        sample.search_many(texts, timeout=0)
    with pytest.raises(TypeError):
        sample.search_many([1])


def test_a_notebook_shows_marks_and_nothing_that_runs(memory: Index) -> None:
    bad = "<script>alert('降准')</script>"
    memory.add({"title": f"{bad} & 降准", "body": f"降准{bad}", "url": "javascript:alert(1)"})
    memory.add({"title": "降准", "url": 'https://a.example/"><script>'})
    memory.commit()
    answer = memory.search("降准")
    shown = answer._repr_html_()
    assert "<script" not in shown and "javascript:" not in shown
    assert shown.count("<mark>") == shown.count("</mark>") >= 3
    for hit in answer:
        text = html.unescape(re.sub("<[^>]*>", "", hit._repr_html_()))
        assert text.startswith(hit.title)


def test_a_notebook_shows_who_else_told_a_story_and_where_a_passage_is_cut(memory: Index) -> None:
    body = "云汐科技今日公告，" + "，".join(f"第{number}家银行同意提供贷款" for number in range(30)) + "。"
    for nth, source in enumerate(["海潮社", "星辰<日报>"]):
        date = f"2022-01-0{nth + 5} 16:43"
        memory.add({"id": str(nth), "title": "云汐科技获贷款", "date": date, "source": source, "body": body})
    memory.commit()
    answer = memory.search("第20家银行", snippet_chars=40)
    assert len(answer) == 1 and answer[0].date is not None
    shown = answer._repr_html_()
    assert answer[0].date[:16].replace("T", " ") in shown
    assert "1 more: 海潮社" in shown or "1 more: 星辰&lt;日报&gt;" in shown
    passage = answer[0].snippets[0]
    assert passage.cut_before and passage.cut_after
    assert re.sub("<[^>]*>", "", shown).count(f"…{passage.text}…") == 1


def test_answers_are_plain_data_on_demand(sample: Index) -> None:
    answer = sample.search("公司", stories=True)
    assert json.loads(answer.to_json()) == answer.to_dict()
    assert [hit.to_dict() for hit in answer] == answer.to_dict()["hits"]
    for hit in answer:
        assert hit.published is not None and hit.date is not None
        if "T" in hit.date:
            assert hit.published == datetime.datetime.fromisoformat(hit.date)
        else:
            assert hit.published.isoformat() == f"{hit.date}T00:00:00+08:00"
        assert [stock.key for stock in hit.stocks if stock.key] == hit.codes


def test_pickling_is_refused_with_a_word(sample: Index) -> None:
    answer = sample.search("公司")
    for thing in [sample, sample.searcher(), answer, answer[0], newsearch.Analyzer()]:
        with pytest.raises(TypeError, match="cannot be pickled: "):
            pickle.dumps(thing)


def test_everything_has_a_short_form(sample: Index) -> None:
    answer = sample.search("公司")
    for thing in [sample, sample.searcher(), answer, answer[0], answer[0].snippets[0], answer.to_arrow()]:
        assert re.fullmatch(r"<\w+[ :].*>", repr(thing), re.DOTALL)
