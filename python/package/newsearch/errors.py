"""What can go wrong: every exception of this package is a `NewsearchError`."""


class NewsearchError(Exception):
    """The parent of all exceptions of this package."""


class IndexMissing(NewsearchError, FileNotFoundError):
    """There is no index in the folder."""


class IndexExists(NewsearchError, FileExistsError):
    """The folder in which an index is to be made holds something already."""


class IndexOutdated(NewsearchError):
    """The index has another format, or was built with other words: it has to be built anew."""


class IndexDamaged(NewsearchError):
    """A file of the index is not what was written."""


class IndexLocked(NewsearchError):
    """Somebody else is writing to the index."""


class IndexClosed(NewsearchError):
    """The index object was closed."""


class QueryTimeout(NewsearchError, TimeoutError):
    """The search took longer than it was allowed. There is no answer, not even a part of one."""


class QueryTooBroad(NewsearchError):
    """The query would take too much memory."""


class BadRequest(NewsearchError, ValueError):
    """A parameter is unknown or malformed; the message names it."""


class BadArticle(NewsearchError, ValueError):
    """An article has neither title nor body, or a value that cannot be read; the message counts from 1."""
