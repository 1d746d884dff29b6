"""Threads and processes."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsearch import Index

TEXTS = ["公司", "银行 贷款", '"绿色金融"', "债券 -股票", "股份有限公司"]


def test_threads_search_one_index(sample: Index) -> None:
    expected = [sample.search(text).to_dict()["hits"] for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(lambda _: [sample.search(text) for text in TEXTS], range(40)):
            assert [answer.to_dict()["hits"] for answer in answers] == expected


def test_a_search_leaves_python_to_others(sample: Index) -> None:
    """While one thread searches, another runs Python: no search holds the lock to its end."""
    steps = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal steps
        while not stop.is_set():
            steps += 1

    counter = threading.Thread(target=count)
    counter.start()
    sample.search_many(TEXTS * 100, threads=1)
    stop.set()
    counter.join()
    assert steps > 1000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_reads(sample: Index) -> None:
    expected = sample.search("公司").to_json().split('"total"')[1]
    child = os.fork()
    if child == 0:
        try:
            said = sample.search("公司").to_json().split('"total"')[1]
            sample.search_many(TEXTS)
            sample.refresh()
            os._exit(0 if said == expected else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_many_threads_write_one_index(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index") as index:
        with ThreadPoolExecutor(4) as pool:
            for number in pool.map(
                lambda nth: index.add({"id": f"{nth}-{n}", "title": "降准"} for n in range(100)),
                range(8),
            ):
                assert number == 100
        index.commit()
        assert index.count("降准") == len(index) == 800
