"""How much more two threads search than one, on one index in one process.

    python threads.py ARCHIVE [--every N] [--count N] [--rounds N]

The queries are those of side_by_side.py. They are answered by one thread, then by two, each with half of them,
round after round; what is printed is the median of the ratios. A round in which other programs took more than a
twentieth of the processors does not count, and is done again. The same by `search_many`, and by two processes,
which share nothing: what the machine itself gives.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from side_by_side import Query, apart, draw, newsearch_index, read

from newsearch import Index


def busy() -> tuple[float, float]:
    """Seconds that all processors have worked, and that they have worked for this process and its children."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    user, system, children_user, children_system, _ = os.times()
    total = (sum(ticks[:3]) + sum(ticks[5:8])) / os.sysconf("SC_CLK_TCK")
    return total, user + system + children_user + children_system


def seconds(work: Callable[[], object]) -> tuple[float, bool]:
    """How long a piece of work took, and whether the machine was its own."""
    total, own = busy()
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    others = busy()[0] - total - (busy()[1] - own)
    return took, others < took * (os.cpu_count() or 1) / 20


def rounds(one: Callable[[], object], two: Callable[[], object], count: int) -> list[tuple[float, float]]:
    """The times of so many rounds in which the machine was their own; fewer where it seldom is."""
    times = []
    for _ in range(count * 12):
        (first, is_own), (second, is_own_too) = seconds(one), seconds(two)
        if is_own and is_own_too:
            times.append((first, second))
        if len(times) == count:
            break
    return times


def together(kind: Callable[..., Any], work: Callable[[list[str]], None], texts: list[str]) -> None:
    workers = [kind(target=work, args=(texts[nth::2],)) for nth in (0, 1)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def text_of(query: Query) -> str:
    return f'"{query.words[0]}"' if query.is_quoted else " ".join(query.words)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("--every", type=int, default=1, help="take one article of so many")
    arguments.add_argument("--count", type=int, default=1000, help="how many queries")
    arguments.add_argument("--rounds", type=int, default=9)
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

        def search(texts: list[str]) -> None:
            for text in texts:
                index.search(text, snippets=1)

        ways: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "threads": (lambda: search(texts), lambda: together(threading.Thread, search, texts)),
            "search_many": (
                lambda: index.search_many(texts, threads=1, snippets=1),
                lambda: index.search_many(texts, threads=2, snippets=1),
            ),
            "processes": (lambda: search(texts), lambda: together(get_context("fork").Process, search, texts)),
        }
        search(texts)
        for name, (one, two) in ways.items():
            times = rounds(one, two, given.rounds)
            if not times:
                print(f"{name}: other programs took too much of the processors")
                continue
            ratios = sorted(one / two for one, two in times)
            rate = len(texts) / statistics.median(one for one, _ in times)
            print(
                f"{name}: one {rate:.0f} queries a second, two {statistics.median(ratios):.2f} x as many"
                f" ({ratios[0]:.2f} to {ratios[-1]:.2f}, {len(times)} rounds)",
                flush=True,
            )


if __name__ == "__main__":
    main()
