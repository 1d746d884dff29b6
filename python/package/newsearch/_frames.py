"""Tables of others; each library is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars

    from newsearch import Table


def to_pandas(columns: dict[str, list[Any]], times: Sequence[str], zone: str) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("to_pandas() needs pandas: pip install pandas") from error
    frame = pandas.DataFrame(columns)
    for name in times:
        frame[name] = pandas.to_datetime(frame[name], utc=True).dt.tz_convert(zone)
    return frame


def to_polars(table: Table) -> polars.DataFrame:
    try:
        import polars
    except ImportError as error:
        raise ImportError("to_polars() needs polars: pip install polars") from error
    return polars.DataFrame(table)
