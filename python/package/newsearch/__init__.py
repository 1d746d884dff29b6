"""Full-text search for Chinese financial news.

>>> import newsearch
>>> index = newsearch.Index.in_memory()
>>> index.add({"title": "央行宣布降准", "date": "2022-04-15", "body": "下调存款准备金率。"})
1
>>> index.commit()
<Added: 1 new, 0 merged, 0 replaced, 0 unchanged>
>>> [hit.title for hit in index.search("降准")]
['央行宣布降准']
"""

from newsearch._native import (
    FORMAT_VERSION,
    SYNTAX,
    Added,
    Also,
    Analyzer,
    Answer,
    Hit,
    Index,
    Passage,
    Report,
    Searcher,
    Statistics,
    Stock,
    Table,
    Token,
    __version__,
    fold,
)
from newsearch.errors import (
    BadArticle,
    BadRequest,
    IndexClosed,
    IndexDamaged,
    IndexExists,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    NewsearchError,
    QueryTimeout,
    QueryTooBroad,
)

__all__ = [
    "FORMAT_VERSION",
    "SYNTAX",
    "Added",
    "Also",
    "Analyzer",
    "Answer",
    "BadArticle",
    "BadRequest",
    "Hit",
    "Index",
    "IndexClosed",
    "IndexDamaged",
    "IndexExists",
    "IndexLocked",
    "IndexMissing",
    "IndexOutdated",
    "NewsearchError",
    "Passage",
    "QueryTimeout",
    "QueryTooBroad",
    "Report",
    "Searcher",
    "Statistics",
    "Stock",
    "Table",
    "Token",
    "__version__",
    "fold",
]
