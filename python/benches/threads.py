"""How much more two threads search than one, on one index in one process.

    python threads.py ARCHIVE [--every N] [--count N] [--rounds N] [--index FOLDER]

The queries are those of side_by_side.py. They are answered by one thread, then by two, each with half of them,
round after round. A thread's time is taken twice: by the clock, and without the time in which it could have run
and other programs had the processors (Linux tells it in schedstat). The second is that of a quiet machine with a
processor for each thread; time in which a thread waits for a lock, Python's or another, counts in both.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from side_by_side import Query, apart, draw, newsearch_index, read

from newsearch import Index


class Times(NamedTuple):
    """What a piece of work took, in seconds."""

    clock: float
    ran: float
    """On a processor."""
    was_kept: float
    """Ready to run, and without a processor."""

    @property
    def quiet(self) -> float:
        return self.clock - self.was_kept


def now() -> Times:
    ran, was_kept, _ = Path("/proc/thread-self/schedstat").read_text().split()
    return Times(time.perf_counter(), int(ran) / 1e9, int(was_kept) / 1e9)


def search(index: Index, texts: list[str], into: list[Times]) -> None:
    before = now()
    for text in texts:
        index.search(text, snippets=1)
    into.append(Times(*(after - start for after, start in zip(now(), before, strict=True))))


def by_two(index: Index, texts: list[str]) -> list[Times]:
    into: list[Times] = []
    threads = [threading.Thread(target=search, args=(index, texts[nth::2], into)) for nth in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return into


def text_of(query: Query) -> str:
    return f'"{query.words[0]}"' if query.is_quoted else " ".join(query.words)


def said(name: str, ratios: list[float]) -> str:
    return f"{name}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("--every", type=int, default=1, help="take one article of so many")
    arguments.add_argument("--count", type=int, default=1000, help="how many queries")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--index", type=Path, help="keep the index here, and take it from here")
    given = arguments.parse_args()
    articles = []
    names: dict[str, None] = {}
    for article, known in read(given.archive, given.every):
        articles.append(article)
        names.update((name, None) for name in known if len(name) > 1)
    queries, _ = apart("fork", draw, articles, list(names), given.count, 23)
    texts = [text_of(query) for query in queries]
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.index or Path(scratch)
        if not (folder / "index").exists():
            folder.mkdir(exist_ok=True)
            apart("fork", newsearch_index, articles, folder)
        articles.clear()
        index = Index.open(folder / "index")
        search(index, texts, [])
        rounds = []
        for _ in range(given.rounds):
            one: list[Times] = []
            search(index, texts, one)
            rounds.append((one[0], by_two(index, texts)))
    print(f"{len(texts)} queries, {given.rounds} rounds: the median, and from the least to the most")
    print(said("two threads to one, by the clock", [a.clock / max(b.clock for b in two) for a, two in rounds]))
    print(said("two threads to one, on a quiet machine", [a.quiet / max(b.quiet for b in two) for a, two in rounds]))
    print(said("time on processors, two threads to one", [sum(b.ran for b in two) / a.ran for a, two in rounds]))


if __name__ == "__main__":
    main()
