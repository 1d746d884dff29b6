"""Index a folder, search it, and print the hits with their marks: `python first_steps.py FOLDER WORDS`."""

from __future__ import annotations

import sys
from pathlib import Path

from newsearch import Hit, Index


def show(hit: Hit) -> None:
    print(f"{hit.date or 'no date'}  {hit.source}  {hit.title}")
    for passage in hit.snippets:
        marked = {passage.text[start:end] for start, end in passage.marks}
        print(f"    {passage.text}  {sorted(marked)}")


def main(folder: Path, words: str) -> None:
    with Index.in_memory() as index:
        print(index.update(folder))
        answer = index.search(words, limit=3, stories=True)
        print(f"{answer.total} articles, {answer.stories} stories")
        for note in answer.notes:
            print(f"note: {note}")
        for hit in answer:
            show(hit)


if __name__ == "__main__":
    main(Path(sys.argv[1]), " ".join(sys.argv[2:]))
