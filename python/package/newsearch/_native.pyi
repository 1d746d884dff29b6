"""The engine: what `newsearch` gives on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import (
    Any,
    Literal,
    Never,
    Protocol,
    Self,
    SupportsIndex,
    TypeAlias,
    TypedDict,
    Unpack,
    final,
    overload,
    type_check_only,
)

import pandas
import polars

__all__ = [
    "Added",
    "Also",
    "Analyzer",
    "Answer",
    "FORMAT_VERSION",
    "Hit",
    "Index",
    "Passage",
    "Report",
    "SYNTAX",
    "Searcher",
    "Statistics",
    "Stock",
    "Table",
    "Token",
    "__version__",
    "fold",
]

FORMAT_VERSION: int
SYNTAX: str
__version__: str

@type_check_only
class _Stream(Protocol):
    """A table that Arrow's C stream gives: of pandas, polars, duckdb, pyarrow and others."""
    def __arrow_c_stream__(self, requested_schema: Any = None) -> object: ...

_Path: TypeAlias = str | PathLike[str]
_Day: TypeAlias = str | date
_Field: TypeAlias = Literal["source", "tag", "category", "code", "year", "month", "weekday"]
_Unit: TypeAlias = Literal["hour", "day", "week", "month", "quarter", "year"]
_Texts: TypeAlias = str | Iterable[str]
_Lines: TypeAlias = _Path | Iterable[str]
_Articles: TypeAlias = dict[str, Any] | Iterable[dict[str, Any]] | _Stream

@type_check_only
class _Filters(TypedDict, total=False):
    """Which articles a search is about, by name."""
    source: _Texts | None
    """Only articles published by one of these media."""
    tag: _Texts | None
    """Only articles with one of these tags, or in a category of that name."""
    category: _Texts | None
    """Only articles in one of these categories."""
    code: _Texts | None
    """Only articles about one of these securities: `601318`, `SH601318`, `700.HK`, `INTC.O`."""
    since: _Day | None
    """Only articles of this day or later: `2022`, `2022-01`, `2022-01-05`, `上周`, a date."""
    until: _Day | None
    """Only articles of this day or earlier."""
    timeout: float | timedelta | str | None
    """The time that it may take: seconds, or text with its unit (`500ms`)."""

@type_check_only
class _Past(_Filters, total=False):
    """The same, at a time."""
    as_of: _Day | None
    """As if it were the end of this day; an article without a date is never found then."""

@type_check_only
class _Request(_Past, total=False):
    """What a search may ask, by name."""
    sort: Literal["relevance", "date"]
    """The order of the hits."""
    limit: int
    """Hits to show, 0 to 1,000,000; 10 unless given."""
    offset: int
    """Hits to pass over."""
    group: bool
    """Show a story that several articles tell in the same words once; true unless given."""
    recency: bool
    """Slightly prefer newer articles; true unless given."""
    stories: bool
    """Count the stories, too."""
    snippets: int
    """Passages of an article to show, 0 to 5; 2 unless given."""
    snippet_chars: int
    """The length of a passage in characters, 1 to 2,000; 120 unless given."""

@type_check_only
class _Search(_Request, total=False):
    """The same for one search at a time."""
    threads: int
    """Threads that may look through texts, for quotes and unknown names, 1 to 64; 1 unless given."""

@final
class Index:
    """A full-text index of news articles, on disk or in memory; shared by threads.

    Searches see the index as of the last `update`, `commit` or `refresh` of this object. As a context
    manager it commits at the end of a block that ended well, and closes.
    """

    @classmethod
    def open(cls, path: _Path) -> Index:
        """Opens the index in a folder."""
    @classmethod
    def create(cls, path: _Path, *, words: _Lines | None = None, entities: _Lines | None = None) -> Index:
        """Makes an index in a folder that is empty or not there.

        `words` adds to the dictionary (`word [frequency [tag]]` a line), `entities` is a table of
        securities and their names; each a file, or its lines.
        """
    @classmethod
    def rebuild(cls, path: _Path, *, words: _Lines | None = None, entities: _Lines | None = None) -> Index:
        """Makes an empty index in place of the one that is there, with its words and entities."""
    @classmethod
    def in_memory(cls, *, words: _Lines | None = None, entities: _Lines | None = None) -> Index:
        """Makes an index in memory."""
    @staticmethod
    def exists(path: _Path) -> bool:
        """Whether a folder holds an index."""
    @staticmethod
    def check(path: _Path) -> list[str]:
        """Reads the whole index in a folder: what is wrong with it, nothing for a sound one."""
    @property
    def path(self) -> Path | None:
        """The folder of the index; `None` for one in memory."""
    @property
    def analyzer(self) -> Analyzer:
        """How this index folds and cuts texts."""
    def searcher(self) -> Searcher:
        """The index as of now: what is committed later is not seen."""
    def refresh(self) -> None:
        """Lets searches see what another process, or another object, has committed."""
    def update(
        self,
        paths: _Path | Sequence[_Path],
        *,
        prune: bool = False,
        checksum: bool = False,
        max_size: int | None = None,
        threads: int | None = None,
        memory: int | None = None,
        commit_every: float = 20.0,
        progress: Callable[[Report], object] | None = None,
    ) -> Report:
        """Reads files and folders into the index: adds what is new, replaces what has changed.

        `prune` deletes articles whose last file is gone; `checksum` reads every file; `max_size` is that
        of one file of a post or one line, in bytes; `memory` is for building segments, in bytes;
        `commit_every` is in seconds; `progress` is called ten times a second at most, and at each commit. What cannot be read
        is a warning of the logger `newsearch`. Ctrl-C, or an exception of `progress`, ends the update; what
        was committed stays.
        """
    def add(self, articles: _Articles) -> int:
        """Adds articles, or replaces those with their ids, and gives their number.

        Each has the keys of a line of JSON Lines: `id`, `title`, `date`, `source`, `tag`, `category`,
        `url`, `body`, `stocks`; all but title or body may be missing. A table has them as columns. A bad
        article is an error; those before it are added. `commit` makes them visible.
        """
    def delete(self, ids: str | Iterable[str]) -> None:
        """Deletes the articles with these ids; `commit` makes it visible."""
    def commit(self) -> Added:
        """Makes what was added and deleted durable and visible."""
    def rollback(self) -> None:
        """Forgets what was added and deleted since the last commit."""
    def close(self) -> None:
        """Closes the index; what is not committed is forgotten."""
    def search(self, text: str = "", **request: Unpack[_Search]) -> Answer:
        """Runs one search."""
    def run(self, query_string: str) -> Answer:
        """Runs the request of a canonical query string, such as the `next` of an answer."""
    def search_many(
        self, texts: Iterable[str], *, threads: int | None = None, **request: Unpack[_Request]
    ) -> list[Answer]:
        """Runs one search for each text, on all processors, and gives the answers in their order."""
    def count(self, text: str = "", **request: Unpack[_Search]) -> int:
        """Number of articles that match."""
    def ids(self, text: str = "", **request: Unpack[_Search]) -> list[str]:
        """The ids of all articles that match, in no order; nothing is relaxed."""
    def facets(
        self,
        text: str = "",
        *,
        by: _Field | Iterable[_Field] | None = None,
        top: int = 10,
        **request: Unpack[_Search],
    ) -> Table:
        """How many of the matches have which value of a field, the most frequent first.

        Columns `field`, `value`, `articles`, `stories`, `selected`, `mentions`; `info` has the totals and
        for each field `distinct`, `other`, `missing`, `counted`.
        """
    def timeline(
        self, text: str = "", *, by: _Unit | None = None, **request: Unpack[_Search]
    ) -> Table:
        """How many of the matches were published when; empty buckets are there, too.

        Columns `start`, `end` (timestamps), `articles`, `stories`, `share` of all stories of that time (0 to 1),
        `partial`; `info` has the totals and `undated`.
        """
    def series(
        self,
        codes: str | Iterable[str] | dict[str, Any] | None = None,
        *,
        as_of: _Day | None,
        by: Literal["day", "week", "month"] = "day",
        close: int | str | time | None = None,
        calendar: Iterable[_Day] | None = None,
        **request: Unpack[_Filters],
    ) -> Table:
        """How much is told of securities (all unless named), or of named queries (`{name: text or request}`), over
        time.

        `as_of` must be given: the last day that is known, or `None` for all days. An article without a date is
        in no bucket. `close` ends a day (`"15:00"`, or minutes after midnight): what comes later counts for the
        next day; `calendar` has the trading days. Columns `key`, `bucket` (its first day), `articles`,
        `stories`, `sources`, `about`, `mentions`, `first`, `last`; only buckets with an article.
        """
    def trends(
        self,
        text: str = "",
        *,
        against: dict[str, Any] | None = None,
        top: int = 20,
        **request: Unpack[_Search],
    ) -> Table:
        """The words and names that stand out of the matches, against the rest of the archive or another
        request (`{"q": …, "since": …}`).

        Columns `text`, `kind`, `articles`, `stories`, `sources`, `expected`, `score`, `query`.
        """
    def similar(self, id: str, *, limit: int = 10) -> Table | None:
        """Other stories on the matter of an article; `None` where no article has this id.

        Columns `id`, `title`, `date`, `source`, `url`, `score` (0 to 1), `shared`.
        """
    def story(self, id: str) -> Table | None:
        """Who told the story of an article, and when; `None` where no article has this id.

        Columns `id`, `title`, `source`, `date`, `minutes` after the first, `kept` (0 to 1), `lacks`, `adds`;
        `info` has `articles`, `sources`, and minutes to the `second`, `fifth` and `tenth` medium.
        """
    def suggest(self, text: str, *, limit: int = 10) -> Table:
        """What a text that is being typed may become: columns `text`, `kind`, `query`, `stories`."""
    def export(
        self,
        path: _Path,
        text: str = "",
        *,
        format: Literal["jsonl", "csv", "xlsx", "md", "bib", "csl"] | None = None,
        order: Literal["date", "oldest", "relevance"] | None = None,
        limit: int | None = None,
        bom: bool = False,
        accessed: _Day | None = None,
        **request: Unpack[_Past],
    ) -> dict[str, Any]:
        """Writes all matches to a file, and says what was written: `total`, `articles`, `notes`.

        The format is that of the file's name unless it is given; `bom` is for CSV in Excel; `accessed` is the
        day on which addresses were looked at, for references.
        """
    def article(self, id: str) -> dict[str, Any] | None:
        """The article with this id as plain Python values; `None` where there is none."""
    def statistics(self) -> Statistics:
        """Facts about the index."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
        /,
    ) -> None: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __contains__(self, id: str, /) -> bool: ...
    def __reduce__(self) -> Never: ...

@final
class Searcher:
    """The index as of one commit; shared by threads."""

    def search(self, text: str = "", **request: Unpack[_Search]) -> Answer:
        """Runs one search."""
    def run(self, query_string: str) -> Answer:
        """Runs the request of a canonical query string, such as the `next` of an answer."""
    def search_many(
        self, texts: Iterable[str], *, threads: int | None = None, **request: Unpack[_Request]
    ) -> list[Answer]:
        """Runs one search for each text, on all processors, and gives the answers in their order."""
    def count(self, text: str = "", **request: Unpack[_Search]) -> int:
        """Number of articles that match."""
    def ids(self, text: str = "", **request: Unpack[_Search]) -> list[str]:
        """The ids of all articles that match, in no order; nothing is relaxed."""
    def facets(
        self,
        text: str = "",
        *,
        by: _Field | Iterable[_Field] | None = None,
        top: int = 10,
        **request: Unpack[_Search],
    ) -> Table:
        """How many of the matches have which value of a field, the most frequent first.

        Columns `field`, `value`, `articles`, `stories`, `selected`, `mentions`; `info` has the totals and
        for each field `distinct`, `other`, `missing`, `counted`.
        """
    def timeline(
        self, text: str = "", *, by: _Unit | None = None, **request: Unpack[_Search]
    ) -> Table:
        """How many of the matches were published when; empty buckets are there, too.

        Columns `start`, `end` (timestamps), `articles`, `stories`, `share` of all stories of that time (0 to 1),
        `partial`; `info` has the totals and `undated`.
        """
    def series(
        self,
        codes: str | Iterable[str] | dict[str, Any] | None = None,
        *,
        as_of: _Day | None,
        by: Literal["day", "week", "month"] = "day",
        close: int | str | time | None = None,
        calendar: Iterable[_Day] | None = None,
        **request: Unpack[_Filters],
    ) -> Table:
        """How much is told of securities (all unless named), or of named queries (`{name: text or request}`), over
        time.

        `as_of` must be given: the last day that is known, or `None` for all days. An article without a date is
        in no bucket. `close` ends a day (`"15:00"`, or minutes after midnight): what comes later counts for the
        next day; `calendar` has the trading days. Columns `key`, `bucket` (its first day), `articles`,
        `stories`, `sources`, `about`, `mentions`, `first`, `last`; only buckets with an article.
        """
    def trends(
        self,
        text: str = "",
        *,
        against: dict[str, Any] | None = None,
        top: int = 20,
        **request: Unpack[_Search],
    ) -> Table:
        """The words and names that stand out of the matches, against the rest of the archive or another
        request (`{"q": …, "since": …}`).

        Columns `text`, `kind`, `articles`, `stories`, `sources`, `expected`, `score`, `query`.
        """
    def similar(self, id: str, *, limit: int = 10) -> Table | None:
        """Other stories on the matter of an article; `None` where no article has this id.

        Columns `id`, `title`, `date`, `source`, `url`, `score` (0 to 1), `shared`.
        """
    def story(self, id: str) -> Table | None:
        """Who told the story of an article, and when; `None` where no article has this id.

        Columns `id`, `title`, `source`, `date`, `minutes` after the first, `kept` (0 to 1), `lacks`, `adds`;
        `info` has `articles`, `sources`, and minutes to the `second`, `fifth` and `tenth` medium.
        """
    def suggest(self, text: str, *, limit: int = 10) -> Table:
        """What a text that is being typed may become: columns `text`, `kind`, `query`, `stories`."""
    def export(
        self,
        path: _Path,
        text: str = "",
        *,
        format: Literal["jsonl", "csv", "xlsx", "md", "bib", "csl"] | None = None,
        order: Literal["date", "oldest", "relevance"] | None = None,
        limit: int | None = None,
        bom: bool = False,
        accessed: _Day | None = None,
        **request: Unpack[_Past],
    ) -> dict[str, Any]:
        """Writes all matches to a file, and says what was written: `total`, `articles`, `notes`.

        The format is that of the file's name unless it is given; `bom` is for CSV in Excel; `accessed` is the
        day on which addresses were looked at, for references.
        """
    def article(self, id: str) -> dict[str, Any] | None:
        """The article with this id as plain Python values; `None` where there is none."""
    def as_of(self, day: _Day) -> Searcher:
        """The same index as it was at the end of a day: what came later, or has no date, does not exist."""
    def statistics(self) -> Statistics:
        """Facts about the index."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __contains__(self, id: str, /) -> bool: ...
    def __reduce__(self) -> Never: ...

@final
class Answer:
    """The answer to a search: its hits in order, and what there is to say about it.

    It is a table as well (`__arrow_c_stream__`): `polars.DataFrame(answer)`, `pyarrow.table(answer)`.
    """

    @property
    def total(self) -> int:
        """Articles that match, exactly."""
    @property
    def stories(self) -> int | None:
        """Stories that they tell, where the request asked for them and at most 10,000 articles match."""
    @property
    def notes(self) -> list[str]:
        """What was not understood in the query, had to be relaxed, or was added."""
    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits, in order."""
    @property
    def generation(self) -> str:
        """Which commit of the index answered: equal texts mean equal states."""
    @property
    def as_of(self) -> int | None:
        """The moment before which articles exist, in seconds since 1970, where the request has `as_of`."""
    @property
    def took_ms(self) -> float:
        """Milliseconds from the request to the last hit."""
    @property
    def next(self) -> str | None:
        """The canonical query string of the next page, for `run`; `None` on the last one."""
    def to_arrow(self) -> Table:
        """The hits as a table of `len(self)` rows.

        `rank` counts from 1; `published` is a timestamp in microseconds, Asia/Shanghai, the first moment
        of the day where `day_only`; `title_marks` has `[start, end]` in characters of `title`; `snippets`
        has texts, `marks` their ranges and `starts` where they begin, in characters of the body; `also`
        has ids.
        """
    def to_pandas(self) -> pandas.DataFrame:
        """The hits as a pandas DataFrame."""
    def to_polars(self) -> polars.DataFrame:
        """The hits as a polars DataFrame."""
    def to_dict(self) -> dict[str, Any]:
        """The whole answer as plain Python values."""
    def to_json(self) -> str:
        """The whole answer as JSON."""
    def __arrow_c_stream__(self, requested_schema: Any = None) -> object: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Hit]: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Hit: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[Hit, ...]: ...
    def _repr_html_(self) -> str: ...
    def __reduce__(self) -> Never: ...

@final
class Hit:
    """An article found, with what matched."""

    @property
    def id(self) -> str:
        """Its id."""
    @property
    def title(self) -> str:
        """Its title."""
    @property
    def title_marks(self) -> list[tuple[int, int]]:
        """What matched in the title, in characters: the first, and the one after the last."""
    @property
    def date(self) -> str | None:
        """When it was published, in ISO 8601; the day alone where only that is known."""
    @property
    def published(self) -> datetime | None:
        """The same with its offset; the first moment of the day at +08:00 where only that is known."""
    @property
    def source(self) -> str:
        """The medium that published it; empty where it is not known."""
    @property
    def tag(self) -> str:
        """Its first tag."""
    @property
    def category(self) -> str:
        """Its first category."""
    @property
    def authors(self) -> list[str]:
        """Who wrote it."""
    @property
    def tags(self) -> list[str]:
        """All of its tags."""
    @property
    def categories(self) -> list[str]:
        """All of its categories."""
    @property
    def path(self) -> str | None:
        """The file that it was read from; `None` where it came from no file."""
    @property
    def line(self) -> int | None:
        """The line of the file, from 1 on; `None` where the file is one article."""
    @property
    def url(self) -> str | None:
        """Its address on the web."""
    @property
    def codes(self) -> list[str]:
        """The keys of its securities (`SH601318`), the strongest first."""
    @property
    def stocks(self) -> list[Stock]:
        """Its securities, the strongest first."""
    @property
    def score(self) -> float:
        """Its score: comparable within one answer only."""
    @property
    def snippets(self) -> list[Passage]:
        """The best passages of the body."""
    @property
    def also(self) -> list[Also]:
        """The other articles that tell its story in the same words, the earliest first."""
    def to_dict(self) -> dict[str, Any]:
        """The hit as plain Python values."""
    def _repr_html_(self) -> str: ...
    def __reduce__(self) -> Never: ...

@final
class Passage:
    """A passage of an article, word for word."""

    @property
    def text(self) -> str:
        """The passage."""
    @property
    def marks(self) -> list[tuple[int, int]]:
        """What matched in it, in characters: the first, and the one after the last."""
    @property
    def start(self) -> int:
        """Where it starts, in characters of the body."""
    @property
    def cut_before(self) -> bool:
        """It starts inside a sentence."""
    @property
    def cut_after(self) -> bool:
        """It ends inside a sentence."""
    def _repr_html_(self) -> str: ...

@final
class Also:
    """Another article that tells the story of a hit."""

    @property
    def id(self) -> str:
        """Its id."""
    @property
    def source(self) -> str:
        """The medium that published it."""
    @property
    def date(self) -> str | None:
        """When it was published, in ISO 8601."""

@final
class Stock:
    """A security that an article names."""

    @property
    def key(self) -> str | None:
        """Its key, such as `SH601318`; `None` where only the name is known."""
    @property
    def code(self) -> str:
        """Its code as the market writes it."""
    @property
    def name(self) -> str:
        """Its name as the article has it."""
    @property
    def strength(self) -> int:
        """How sure it is that the article is about it, 1 to 3."""

@final
class Statistics:
    """Facts about an index."""

    @property
    def documents(self) -> int:
        """Articles in the index."""
    @property
    def undated(self) -> int:
        """Articles without a date."""
    @property
    def published(self) -> tuple[int, int] | None:
        """First and last publication, in seconds since 1970."""
    @property
    def sources(self) -> list[tuple[str, int]]:
        """Sources with the number of their articles, the most first."""
    @property
    def bytes(self) -> int:
        """Size on disk of all files of the index, in bytes; 0 for one in memory."""

@final
class Table:
    """Rows and columns in Arrow's form: `polars.DataFrame(table)`, `pyarrow.table(table)`."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
    @property
    def info(self) -> dict[str, Any]:
        """What there is to say about the table as a whole."""
    def to_dict(self) -> dict[str, list[Any]]:
        """The columns as lists of Python values, by name."""
    def to_pandas(self) -> pandas.DataFrame:
        """The table as a pandas DataFrame."""
    def to_polars(self) -> polars.DataFrame:
        """The table as a polars DataFrame."""
    def __arrow_c_stream__(self, requested_schema: Any = None) -> object: ...
    def __len__(self) -> int: ...

@final
class Report:
    """What an update did. Every record read is in exactly one of `new`, `merged`, `replaced`,
    `unchanged`, `skipped` and `bad`."""

    @property
    def files(self) -> int:
        """Files met."""
    @property
    def unchanged_files(self) -> int:
        """Files passed over because they had not changed."""
    @property
    def records(self) -> int:
        """Posts and lines met in the files that were read."""
    @property
    def skipped(self) -> int:
        """Posts that are no news and were skipped by rule."""
    @property
    def bad(self) -> int:
        """Posts, lines and whole files that cannot be read; each is a warning in the log."""
    @property
    def new(self) -> int:
        """First copies of an article."""
    @property
    def merged(self) -> int:
        """Further copies of an article that the index has."""
    @property
    def replaced(self) -> int:
        """Copies that took the place of an older state of themselves."""
    @property
    def unchanged(self) -> int:
        """Copies that the index has already."""
    @property
    def deleted(self) -> int:
        """Documents deleted because their last copy went."""

@final
class Added:
    """What became of the articles of a commit."""

    @property
    def new(self) -> int:
        """First copies of an article."""
    @property
    def merged(self) -> int:
        """Further copies of an article that the index has."""
    @property
    def replaced(self) -> int:
        """Copies that took the place of an older state of themselves."""
    @property
    def unchanged(self) -> int:
        """Copies that the index has already."""

@final
class Analyzer:
    """Folds a text and cuts it into words, as an index does."""

    def __new__(cls, words: _Lines | None = None) -> Analyzer: ...
    def cut(self, text: str) -> list[str]:
        """The words of a text, folded, without parts of words."""
    def tokens(self, text: str) -> list[Token]:
        """The words of a text with where they are, in characters."""
    def fold(self, text: str) -> str:
        """The text as it is compared."""
    def __reduce__(self) -> Never: ...

@final
class Token:
    """A word of a text."""

    @property
    def text(self) -> str:
        """The word, folded."""
    @property
    def start(self) -> int:
        """Its first character in the text."""
    @property
    def end(self) -> int:
        """The character after its last."""
    @property
    def part(self) -> bool:
        """It is a part of the word before it (`农业` in `农业银行`)."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def fold(text: str) -> str:
    """A text as it is compared: width, case, and variant characters made one."""
