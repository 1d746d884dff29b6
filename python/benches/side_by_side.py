"""Other ways to search Chinese text from Python, beside this one, on one archive: a table for README.md.

    python side_by_side.py ARCHIVE [--every N] [--count N] [--seed N] [--engines NAME,NAME]

ARCHIVE is a file of JSON Lines or a folder of such files (.jsonl, .jsonl.zst; the latter by the program zstd).
All engines index title and body of the same articles and answer the same queries, which are drawn from the
articles: words, pairs of words, quoted texts of two to six characters, names of companies, a quarter each. An
answer is the best ten hits, each with a passage. Then every quoted text is asked for all that has it, which must
be what a scan of the texts finds.

Each engine runs within Python, in two processes of its own: one indexes, one opens what was written and
searches. Memory is what the process has of its own (RssAnon): how much it grows from before the engine is
imported, at most while indexing, and with all answers given.

Needs jieba, and for the engines of these names rjieba, tantivy and whoosh3. rjieba is jieba in Rust: the same
words but for a few, and quicker.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import json
import multiprocessing
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple


class Article(NamedTuple):
    id: str
    title: str
    body: str


class Query(NamedTuple):
    """Words, or one text that must occur as it is."""

    words: list[str]
    is_quoted: bool


Search = Callable[[Query], list[str]]
Quote = Callable[[str], set[str]]

# The engines: how each indexes, and how it is opened to be searched.


def newsearch_index(articles: list[Article], folder: Path) -> None:
    from newsearch import Index

    with Index.create(folder / "index") as index:
        index.add(article._asdict() for article in articles)


def newsearch_open(folder: Path) -> tuple[Search, Quote]:
    from newsearch import Index

    index = Index.open(folder / "index")

    def search(query: Query) -> list[str]:
        text = f'"{query.words[0]}"' if query.is_quoted else " ".join(query.words)
        answer = index.search(text, limit=10, snippets=1, group=False)
        return [hit.id for hit in answer if hit.snippets is not None]

    return search, lambda text: set(index.ids(f'"{text}"'))


def cutter(module: str) -> Callable[[str], list[str]]:
    """jieba, or rjieba, as it cuts for search engines: long words, and the words within them."""
    jieba = importlib.import_module(module)
    if module == "jieba":
        jieba.setLogLevel(60)
        jieba.initialize()
    return lambda text: [word for word in jieba.cut_for_search(text) if word.strip()]


def tantivy_index(module: str, articles: list[Article], folder: Path) -> None:
    import tantivy

    cut = cutter(module)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ["title", "body"]:
        schema.add_text_field(name, stored=True, tokenizer_name="whitespace")
    (folder / "index").mkdir()
    index = tantivy.Index(schema.build(), path=str(folder / "index"))
    writer = index.writer()
    for id, title, body in articles:
        writer.add_document(tantivy.Document(id=id, title=" ".join(cut(title)), body=" ".join(cut(body))))
    writer.commit()
    writer.wait_merging_threads()


def tantivy_open(module: str, folder: Path) -> tuple[Search, Quote]:
    import tantivy

    cut = cutter(module)
    index = tantivy.Index.open(str(folder / "index"))
    searcher = index.searcher()

    def parsed(query: Query) -> Any:
        words = [word for text in query.words for word in cut(text) if word.isalnum()]
        text = f'"{" ".join(words)}"' if query.is_quoted else " ".join(words)
        return index.parse_query(text, ["title", "body"])

    def search(query: Query) -> list[str]:
        found = parsed(query)
        snippets = tantivy.SnippetGenerator.create(searcher, found, index.schema, "body")
        ids = []
        for _, address in searcher.search(found, 10).hits:
            document = searcher.doc(address)
            snippets.snippet_from_doc(document).fragment()
            ids.append(document["id"][0])
        return ids

    def quote(text: str) -> set[str]:
        hits = searcher.search(parsed(Query([text], True)), max(1, searcher.num_docs)).hits
        return {searcher.doc(address)["id"][0] for _, address in hits}

    return search, quote


def sqlite_index(articles: list[Article], folder: Path) -> None:
    base = sqlite3.connect(folder / "index.db")
    base.execute("create virtual table posts using fts5(id unindexed, title, body, tokenize='trigram')")
    base.executemany("insert into posts values (?, ?, ?)", articles)
    base.execute("insert into posts(posts) values ('optimize')")
    base.commit()
    base.close()


def sqlite_open(folder: Path) -> tuple[Search, Quote]:
    """Trigrams have no texts below three characters: such are looked for with LIKE, which reads all rows and
    ranks nothing."""
    base = sqlite3.connect(folder / "index.db")

    def condition(words: list[str]) -> tuple[str, list[str]]:
        long = " OR ".join('"' + word.replace('"', '""') + '"' for word in words if len(word) > 2)
        short = [f"%{word}%" for word in words if len(word) <= 2]
        if long:
            return "posts match ?", [long]
        return " or ".join(["title like ? or body like ?"] * len(short)), [part for part in short for _ in "ab"]

    def search(query: Query) -> list[str]:
        where, values = condition(query.words)
        ranked = "match" in where
        passage = "snippet(posts, 2, '[', ']', '…', 40)" if ranked else "substr(body, 1, 100)"
        order = "order by rank" if ranked else ""
        rows = base.execute(f"select id, {passage} from posts where {where} {order} limit 10", values)
        return [id for id, _ in rows]

    def quote(text: str) -> set[str]:
        where, values = condition([text])
        return {id for (id,) in base.execute(f"select id from posts where {where}", values)}

    return search, quote


def whoosh_index(articles: list[Article], folder: Path) -> None:
    from whoosh import fields, index

    analyzer = whoosh_analyzer()
    schema = fields.Schema(
        id=fields.ID(stored=True),
        title=fields.TEXT(analyzer=analyzer, stored=True),
        body=fields.TEXT(analyzer=analyzer, stored=True),
    )
    (folder / "index").mkdir()
    writer = index.create_in(str(folder / "index"), schema).writer(limitmb=512)
    for article in articles:
        writer.add_document(**article._asdict())
    writer.commit(optimize=True)


def whoosh_analyzer() -> Any:
    from jieba.analyse import ChineseAnalyzer

    cutter("jieba")
    return ChineseAnalyzer()


def whoosh_open(folder: Path) -> tuple[Search, Quote]:
    from whoosh import index
    from whoosh.qparser.default import MultifieldParser
    from whoosh.qparser.syntax import OrGroup

    whoosh_analyzer()
    opened = index.open_dir(str(folder / "index"))
    searcher = opened.searcher()
    parser = MultifieldParser(["title", "body"], opened.schema, group=OrGroup)

    def parsed(query: Query) -> Any:
        return parser.parse(f'"{query.words[0]}"' if query.is_quoted else " ".join(query.words))

    def search(query: Query) -> list[str]:
        hits = searcher.search(parsed(query), limit=10)
        return [hit["id"] for hit in hits if hit.highlights("body", top=1) is not None]

    return search, lambda text: {hit["id"] for hit in searcher.search(parsed(Query([text], True)), limit=None)}


Engine = tuple[Callable[[list[Article], Path], None], Callable[[Path], tuple[Search, Quote]]]

ENGINES: dict[str, Engine] = {
    "newsearch": (newsearch_index, newsearch_open),
    "tantivy-py + rjieba": (partial(tantivy_index, "rjieba"), partial(tantivy_open, "rjieba")),
    "tantivy-py + jieba": (partial(tantivy_index, "jieba"), partial(tantivy_open, "jieba")),
    "SQLite FTS5 trigram": (sqlite_index, sqlite_open),
    "whoosh3 + jieba": (whoosh_index, whoosh_open),
}

# What is asked, and what is right.


def draw(articles: list[Article], names: list[str], count: int, seed: int) -> list[Query]:
    """Queries from the articles, in the order they are asked."""
    import jieba

    jieba.setLogLevel(60)
    chance = random.Random(seed)
    han = re.compile("[一-龥]+")

    def words(number: int) -> list[str]:
        """Different words of one article, of two characters or more."""
        while True:
            title, body = chance.choice(articles)[1:]
            text = f"{title} {body[:200]}"
            known = sorted({word for word in jieba.cut(text) if len(word) > 1 and han.fullmatch(word)})
            if len(known) >= number:
                return chance.sample(known, number)

    def quoted() -> str:
        while True:
            body = chance.choice(articles).body
            length = chance.randint(2, 6)
            start = chance.randrange(max(1, len(body) - length))
            text = body[start : start + length]
            if len(text) == length and han.fullmatch(text):
                return text

    quarter = max(1, count // 4)
    queries = [Query(words(1), False) for _ in range(quarter)]
    queries += [Query(words(2), False) for _ in range(quarter)]
    texts: dict[str, None] = {}
    while len(texts) < quarter:
        texts[quoted()] = None
    queries += [Query([text], True) for text in texts]
    queries += [Query([name], False) for name in chance.sample(names, min(quarter, len(names)))]
    chance.shuffle(queries)
    return queries


def scan(articles: list[Article], texts: list[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Which articles have each text: as they are written, and with both folded as newsearch folds."""
    from newsearch import fold

    def found(articles: Iterable[Article], texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
        known = list(articles)
        return {
            text: {id for id, title, body in known if wanted in title or wanted in body} for text, wanted in texts
        }

    folded = (Article(id, fold(title), fold(body)) for id, title, body in articles)
    return found(articles, zip(texts, texts, strict=True)), found(folded, ((text, fold(text)) for text in texts))


# Measuring.


def own_memory(process: int | str = "self") -> float:
    """What a process has of its own, in MiB."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def give(sender: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    # What is free is given back, or else it would be filled by what is to be measured.
    ctypes.CDLL(None).malloc_trim(0)
    sender.send(work(*arguments))


def apart(kind: str, work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What a piece of work gives that runs in a process of its own, and the most memory that it had of its own.
    A process is a `fork`, which has what is here, or a `spawn`, which has nothing."""
    context: Any = multiprocessing.get_context(kind)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=give, args=(sender, work, arguments))
    process.start()
    sender.close()
    most = 0.0
    while not receiver.poll(0.02):
        most = max(most, own_memory(process.pid))
    try:
        result = receiver.recv()
    except EOFError:
        sys.exit("a process ended without a result")
    process.join()
    return result, most


def indexing(name: str, articles: list[Article], folder: Path) -> tuple[float, float]:
    before = own_memory()
    started = time.perf_counter()
    ENGINES[name][0](articles, folder)
    return time.perf_counter() - started, before


def searching(
    name: str, folder: Path, queries: list[Query], right: dict[str, set[str]]
) -> tuple[list[float], float, int]:
    before = own_memory()
    search, quote = ENGINES[name][1](folder)
    times = []
    for query in queries:
        started = time.perf_counter()
        ids = search(query)
        times.append((time.perf_counter() - started) * 1000)
        assert len(ids) <= 10
    memory = own_memory() - before
    return times, memory, sum(quote(text) == ids for text, ids in right.items())


def measure(name: str, articles: list[Article], queries: list[Query], right: dict[str, set[str]]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        (took, before), most = apart("fork", indexing, name, articles, Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        (times, memory, equal), _ = apart("spawn", searching, name, Path(folder), queries, right)
    cuts = statistics.quantiles(times, n=100)
    return (
        f"| {name} | {took:.0f} s | {cuts[49]:.2f} ms | {cuts[98]:.1f} ms | {equal} of {len(right)} "
        f"| {most - before:.0f} MiB | {memory:.0f} MiB | {size / 2**20:.0f} MiB |"
    )


def read(path: Path, every: int) -> Iterator[tuple[Article, list[str]]]:
    """Every so many articles of an archive, each with the names of its companies."""
    files = sorted([*path.glob("*.jsonl"), *path.glob("*.jsonl.zst")]) if path.is_dir() else [path]
    number = 0
    for file in files:
        if file.suffix == ".zst":
            data = subprocess.run(["zstd", "-dcq", file], stdout=subprocess.PIPE, check=True).stdout
        else:
            data = file.read_bytes()
        for line in data.decode().split("\n"):
            if line:
                number += 1
                if number % every == 0:
                    post = json.loads(line)
                    names = [stock.partition(":")[2].strip() for stock in post.get("stocks") or []]
                    yield Article(str(post["id"]), post["title"], post["body"]), names


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("--every", type=int, default=1, help="take one article of so many")
    arguments.add_argument("--count", type=int, default=1000, help="how many queries")
    arguments.add_argument("--seed", type=int, default=23)
    arguments.add_argument("--engines", default=",".join(ENGINES))
    given = arguments.parse_args()
    articles = []
    names: dict[str, None] = {}
    for article, known in read(given.archive, given.every):
        articles.append(article)
        names.update((name, None) for name in known if len(name) > 1)
    queries, _ = apart("fork", draw, articles, list(names), given.count, given.seed)
    texts = [query.words[0] for query in queries if query.is_quoted]
    (written, folded), _ = apart("fork", scan, articles, texts)
    differ = sum(written[text] != folded[text] for text in texts)
    print(f"{len(articles)} articles, {len(queries)} queries, {len(texts)} of them quoted texts")
    print(f"{differ} quoted texts are in more articles, or in fewer, when case, width and variants are folded\n")
    print("| engine | indexing | p50 | p99 | quoted as a scan | memory, indexing | memory, searching | on disk |")
    print("|---|---|---|---|---|---|---|---|")
    for name in given.engines.split(","):
        right = folded if name == "newsearch" else written
        print(measure(name, articles, queries, right), flush=True)


if __name__ == "__main__":
    main()
