"""Other ways to search Chinese text from Python, on one archive: a table for README.md.

    python side_by_side.py ARCHIVE.jsonl QUERIES.tsv [--documents N] [--queries N]

Each engine has a process of its own, so that its memory can be told. It indexes title and body of the same
documents, answers the same queries (the best ten hits, each with a passage), and the same quoted texts, whose
answers are compared with a scan of the documents. Needs tantivy and jieba.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Documents = list[tuple[str, str, str]]


def newsearch_engine(documents: Documents, folder: Path) -> Any:
    from newsearch import Index

    index = Index.create(folder / "index")
    index.add({"id": id, "title": title, "body": body} for id, title, body in documents)
    index.commit()

    def search(text: str) -> list[str]:
        hits = index.search(text, snippets=1, group=False).hits
        return [hit.id for hit in hits if hit.snippets is not None]

    return search, lambda text: set(index.ids(f'"{text}"'))


def tantivy_engine(documents: Documents, folder: Path) -> Any:
    import jieba
    import tantivy

    jieba.setLogLevel(60)
    jieba.initialize()

    def cut(text: str) -> str:
        return " ".join(word for word in jieba.cut_for_search(text) if word.strip())

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ["title", "body"]:
        builder.add_text_field(name, stored=True, tokenizer_name="whitespace")
    (folder / "index").mkdir()
    index = tantivy.Index(builder.build(), path=str(folder / "index"))
    writer = index.writer()
    for id, title, body in documents:
        writer.add_document(tantivy.Document(id=id, title=cut(title), body=cut(body)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        words = "".join(c if c.isalnum() or c == " " else " " for c in cut(text))
        query = index.parse_query(words, ["title", "body"])
        snippets = tantivy.SnippetGenerator.create(searcher, query, searcher.schema, "body")
        ids = []
        for _, address in searcher.search(query, 10).hits:
            document = searcher.doc(address)
            snippets.snippet_from_doc(document).fragment()
            ids.append(document["id"][0])
        return ids

    def quote(text: str) -> set[str]:
        query = index.parse_query(f'"{cut(text)}"', ["title", "body"])
        return {searcher.doc(address)["id"][0] for _, address in searcher.search(query, 100_000).hits}

    return search, quote


def sqlite_engine(documents: Documents, folder: Path) -> Any:
    base = sqlite3.connect(folder / "index.db")
    base.execute("create virtual table posts using fts5(id unindexed, title, body, tokenize='trigram')")
    base.executemany("insert into posts values (?, ?, ?)", documents)
    base.execute("insert into posts(posts) values ('optimize')")
    base.commit()

    def search(text: str) -> list[str]:
        grams = {text[at : at + 3] for at in range(len(text) - 2)}
        words = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(grams))
        if not words:
            return []
        rows = base.execute(
            "select id, snippet(posts, 2, '[', ']', '…', 40) from posts where posts match ? order by rank limit 10",
            (words,),
        )
        return [id for id, _ in rows]

    def quote(text: str) -> set[str]:
        if len(text) < 3:
            return set()
        return {id for (id,) in base.execute("select id from posts where posts match ?", (f'"{text}"',))}

    return search, quote


ENGINES: dict[str, Any] = {
    "newsearch": newsearch_engine,
    "tantivy-py + jieba": tantivy_engine,
    "SQLite FTS5, trigrams": sqlite_engine,
}


def measure(
    name: str, documents: Documents, queries: list[str], quotes: dict[str, set[str]], answers: Any
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        search, quote = ENGINES[name](documents, Path(folder))
        indexing = time.perf_counter() - started
        times = []
        for query in queries:
            started = time.perf_counter()
            search(query)
            times.append((time.perf_counter() - started) * 1000)
        equal = sum(quote(text) == ids for text, ids in quotes.items())
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cuts = statistics.quantiles(times, n=100)
    answers.put((name, indexing, cuts[49], cuts[98], equal / len(quotes), (after - before) / 1024))


def quotes_of(documents: Documents, count: int) -> dict[str, set[str]]:
    """Texts of two to eight characters from the documents, each with the documents that have it."""
    chance = random.Random(7)
    quotes: dict[str, set[str]] = {}
    while len(quotes) < count:
        body = chance.choice(documents)[2]
        start = chance.randrange(max(1, len(body) - 8))
        text = body[start : start + chance.randrange(2, 9)]
        if len(text) >= 2 and all("一" <= c <= "龥" for c in text):
            quotes[text] = {id for id, title, body in documents if text in title or text in body}
    return quotes


def read(path: Path, count: int) -> Iterable[tuple[str, str, str]]:
    with path.open(encoding="utf-8") as lines:
        for _, line in zip(range(count), lines, strict=False):
            post = json.loads(line)
            yield str(post["id"]), post["title"], post["body"]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("queries", type=Path)
    arguments.add_argument("--documents", type=int, default=1_000_000)
    arguments.add_argument("--count", type=int, default=1_000)
    given = arguments.parse_args()
    documents = list(read(given.archive, given.documents))
    lines = given.queries.read_text(encoding="utf-8").splitlines()[: given.count]
    queries = [line.split("\t")[1] for line in lines]
    quotes = quotes_of(documents, 200)
    print(f"{len(documents)} documents, {len(queries)} queries, {len(quotes)} quoted texts\n")
    print("| engine | indexing | median | 99 of 100 | quoted as a scan | memory |")
    print("|---|---|---|---|---|---|")
    context = multiprocessing.get_context("fork")
    for name in ENGINES:
        answers = context.SimpleQueue()
        process = context.Process(target=measure, args=(name, documents, queries, quotes, answers))
        process.start()
        process.join()
        name, indexing, median, slow, equal, memory = answers.get()
        print(f"| {name} | {indexing:.1f} s | {median:.2f} ms | {slow:.2f} ms | {equal:.0%} | {memory:.0f} MiB |")


if __name__ == "__main__":
    main()
