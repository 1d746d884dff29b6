"""The examples run, and their types are right."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SAMPLE = EXAMPLES.parents[1] / "corpus"


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """The code of the notebook, cell by cell, as a script."""
    cells = json.loads((EXAMPLES / "mentions.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(code) > 5
    script = tmp_path / "mentions.py"
    script.write_text("\n\n".join(code), encoding="utf-8")
    return script


def test_the_notebook_runs_to_its_end_and_draws(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    done = subprocess.run([sys.executable, notebook], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "by what was known" in done.stdout
    picture = (tmp_path / "mentions.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000


def test_the_types_of_the_notebook_are_right(notebook: Path) -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", notebook]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_first_steps() -> None:
    command = [sys.executable, EXAMPLES / "first_steps.py", SAMPLE, "绿色金融"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "绿色金融" in done.stdout and " stories" in done.stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_what_the_page_points_to_is_there(name: str) -> None:
    page = EXAMPLES.parent / name
    places = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert "examples/mentions.png" in places
    assert [place for place in places if not (page.parent / place).exists()] == []
