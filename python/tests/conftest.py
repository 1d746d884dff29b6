"""The sample, indexed once; the command line's program; the real archive where there is one."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from newsearch import Index

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus"

Hits = list[dict[str, Any]]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The sample; not to be written."""
    path = tmp_path_factory.mktemp("sample") / "index"
    with Index.create(path) as index:
        report = index.update(SAMPLE)
        assert report.new > 100
        yield index


@pytest.fixture
def memory() -> Index:
    return Index.in_memory()


@pytest.fixture(scope="session")
def program() -> Path:
    """The command line; built from the same tree."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = Path(os.environ.get("NEWSEARCH_PROGRAM", target / "debug" / "newsearch"))
    if not program.exists():
        pytest.skip(f"no program at {program}: run cargo build")
    return program


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Every tenth of the full articles of the real archive."""
    data = os.environ.get("NEWSEARCH_DATA")
    if not data:
        pytest.skip("NEWSEARCH_DATA names no real archive")
    with pyarrow.input_stream(f"{data}/corpus/finance.jsonl.zst", compression="zstd") as archive:
        lines = archive.read().splitlines(keepends=True)
    part = tmp_path_factory.mktemp("real") / "part.jsonl"
    part.write_bytes(b"".join(lines[::10]))
    with Index.create(part.parent / "index") as index:
        index.update(part)
        yield index


@pytest.fixture
def command(program: Path) -> Callable[..., Hits]:
    """What `newsearch COMMAND … --json` says."""

    def run(command: str, index: Index, *arguments: str) -> Hits:
        assert index.path is not None
        line = [program, command, "--json", "--index", index.path, *arguments]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run
