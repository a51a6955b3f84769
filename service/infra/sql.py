"""Named queries: SQL lives in a `queries.sql` beside the store that runs it.

A file holds statements under `-- name: <name>` headings, each followed by the reason for its shape. Parameters are
written `:name`. A row becomes the struct it is bound to **by position**, which is fast, and safe because a test
prepares every bound query against the migrated schema and compares the columns with the struct's fields, name by name.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import asyncpg
import msgspec

Row = TypeVar("Row")
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

_HEADER = re.compile(r"^-- name: (?P<name>\w+)$", re.MULTILINE)
# A quoted string, a comment, a cast, or a :parameter; only the last is ours to replace.
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::\w+|:(?P<param>[a-z_]\w*)")


class Query(Generic[Row]):
    """One named statement, its parameters in order, and the type that a row becomes.

    A struct takes the columns by position; any other type (`int`, `UUID`, …) takes the only column of the row.
    """

    def __init__(self, name: str, text: str, row: type[Row]) -> None:
        self.name, self.row = name, row
        self.params: list[str] = []
        self.text = f"/* {name} */ " + _TOKEN.sub(self._number, text).strip().rstrip(";")
        self.is_struct = isinstance(row, type) and issubclass(row, msgspec.Struct)

    def _number(self, token: re.Match[str]) -> str:
        param = token["param"]
        if param is None:
            return token[0]
        if param not in self.params:
            self.params.append(param)
        return f"${self.params.index(param) + 1}"

    def args(self, given: dict[str, Any]) -> list[Any]:
        """The values in the statement's order; TypeError naming both lists when they do not fit."""
        try:
            args = [given[param] for param in self.params]
        except KeyError:
            args = []
        if len(args) != len(given) or len(args) != len(self.params):
            raise TypeError(f"{self.name} takes {sorted(self.params)}, was given {sorted(given)}")
        return args

    def _row(self, record: Any) -> Row:
        return self.row(*record) if self.is_struct else record[0]

    async def many(self, conn: Connection, **params: Any) -> list[Row]:
        """Every row, in the statement's order."""
        row, records = self.row, await conn.fetch(self.text, *self.args(params))
        return [row(*record) for record in records] if self.is_struct else [record[0] for record in records]

    async def maybe(self, conn: Connection, **params: Any) -> Row | None:
        """The first row, or None."""
        record = await conn.fetchrow(self.text, *self.args(params))
        return None if record is None else self._row(record)

    async def one(self, conn: Connection, **params: Any) -> Row:
        """The first row; LookupError when there is none, which is a broken expectation and not an answer."""
        row = await self.maybe(conn, **params)
        if row is None:
            raise LookupError(f"{self.name} returned no row")
        return row

    async def run(self, conn: Connection, **params: Any) -> int:
        """Runs the statement for its effect; the number of rows it touched."""
        status = await conn.execute(self.text, *self.args(params))
        return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0

    async def run_many(self, conn: Connection, rows: list[dict[str, Any]]) -> None:
        """Runs the statement once for each of the rows, in one batch."""
        await conn.executemany(self.text, [self.args(row) for row in rows])


@asynccontextmanager
async def planned_for_values(conn: Connection) -> AsyncIterator[None]:
    """A transaction in which each statement is planned for the values that it is given.

    For statements with filters that may be left out, where no one plan is right for all values; every other statement
    keeps its plan (see `postgres.py`). It costs two short round trips and the planning.
    """
    async with conn.transaction():
        await conn.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield


class Queries:
    """The statements of one `queries.sql`, bound to row types as the store declares them."""

    every: ClassVar[list[Query[Any]]] = []  # All bound queries, for the test that prepares each of them.
    files: ClassVar[list["Queries"]] = []

    def __init__(self, beside: str) -> None:
        path = Path(beside).with_name("queries.sql")
        feature = path.parent.name
        parts = _HEADER.split(path.read_text(encoding="utf-8"))[1:]
        self._texts = {f"{feature}.{name}": text for name, text in zip(parts[::2], parts[1::2], strict=True)}
        self.feature = feature
        self.unbound = set(self._texts)
        Queries.files.append(self)

    def bind(self, name: str, row: type[Row], *, variant: str = "", parts: dict[str, str] | None = None) -> Query[Row]:
        """The query of that name, its rows read as `row`; KeyError for a name that the file does not have.

        A statement that exists in variants has places `{{part}}` in its text, filled from `parts`: our own SQL,
        never a value. `variant` then tells them apart by name.
        """
        full = f"{self.feature}.{name}"
        text = self._texts[full]
        for part, sql in (parts or {}).items():
            text = text.replace("{{" + part + "}}", sql)
        query = Query(full + variant, text, row)
        self.unbound.discard(full)
        Queries.every.append(query)
        return query
