"""Any text in, the right characters out."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import newsearch
from newsearch import Analyzer, Index

ANALYZER = Analyzer()
EMPTY = Index.in_memory()
#: Texts of what archives hold: Han of three and four bytes, letters, signs, pictures, NUL.
TEXTS = st.text(
    st.one_of(
        st.sampled_from("降准央行宣布绿色金融債券ＡｂC1２。，（）\"'*:-~\0\n\t 　é"),
        st.sampled_from("𠀀𪚥🙂👨‍👩‍👧🇨🇳\u200d\u202e\ufeff㊀ﬁ"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)
ANYTHING = st.text(st.characters(), max_size=30)


@given(TEXTS)
def test_tokens_slice_the_text(text: str) -> None:
    tokens = ANALYZER.tokens(text)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        # What a token covers is folded as the token is; a character such as ½ is several tokens.
        assert token.text in ANALYZER.fold(text[token.start : token.end])
    assert ANALYZER.cut(text) == [token.text for token in tokens if not token.part]


@given(TEXTS)
def test_folded_once_is_folded(text: str) -> None:
    assert newsearch.fold(text) == ANALYZER.fold(text) == newsearch.fold(newsearch.fold(text))


@given(ANYTHING)
def test_surrogates_are_refused_and_nothing_else(text: str) -> None:
    index = EMPTY
    has_surrogate = any("\ud800" <= c <= "\udfff" for c in text)
    for call in [ANALYZER.cut, ANALYZER.fold, index.search, index.article, index.run]:
        try:
            call(text)
        except UnicodeEncodeError:
            assert has_surrogate
        except newsearch.BadRequest:
            assert call == index.run
        else:
            assert not has_surrogate


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), TEXTS)
def test_marks_of_any_text_slice_it(articles: list[tuple[str, str]], query: str) -> None:
    index = Index.in_memory()
    for nth, (title, body) in enumerate(articles):
        try:
            index.add({"id": str(nth), "title": title, "body": body})
        except newsearch.BadArticle as error:
            assert "neither" in str(error)
    index.commit()
    for text in [query, articles[0][0], f'"{articles[0][1][:6]}"']:
        for hit in index.search(text, limit=5, group=False):
            article = index.article(hit.id)
            assert article is not None and hit.title == article["title"]
            body = "\n".join(paragraph["text"] for paragraph in article["body"])
            ranges = [(hit.title, mark) for mark in hit.title_marks]
            for passage in hit.snippets:
                assert body[passage.start : passage.start + len(passage.text)] == passage.text
                ranges += [(passage.text, mark) for mark in passage.marks]
            for whole, (start, end) in ranges:
                assert 0 <= start < end <= len(whole)
            hit._repr_html_()
    index.search(query).to_pandas()


@pytest.mark.parametrize("text", ["\0", "a\0b", "降\0准", "𠀀𪚥", "🙂降准🙂", "\ufeff降准", ""])
def test_odd_texts(memory: Index, text: str) -> None:
    memory.add({"id": "a", "title": f"公告{text}降准", "body": f"{text}降准{text}"})
    memory.commit()
    hit = memory.search('"降准"')[0]
    marked = [hit.title[start:end] for start, end in hit.title_marks]
    assert marked and all("降" in part and "准" in part for part in marked)


def test_ten_thousand_random_calls(sample: Index) -> None:
    """Run by `python -X faulthandler`, as all tests are by pytest."""
    chance = random.Random(7)
    pieces = ["公司", "银行", "绿色金融", '"', "(", ")", " OR ", " -", "*", "title:", "date:上周", "🙂", "\0", "𠀀"]
    searcher = sample.searcher()
    for _ in range(10_000):
        text = "".join(chance.choices(pieces, k=chance.randrange(5)))
        match chance.randrange(6):
            case 0:
                answer = searcher.search(text, limit=chance.randrange(4))
                assert len(answer) <= answer.total
            case 1:
                searcher.count(text)
            case 2:
                ANALYZER.tokens(text)
            case 3:
                searcher.article(text)
            case 4:
                searcher.search(text, limit=2, snippets=chance.randrange(6)).to_arrow().to_dict()
            case _:
                newsearch.fold(text)
