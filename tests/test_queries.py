"""Every named query prepares against the migrated schema, fits the struct that its rows become, and is used."""

import importlib
import pkgutil

import asyncpg
import msgspec
import pytest

import service
from service.infra.sql import Queries, Query

for _module in pkgutil.walk_packages(service.__path__, "service."):
    if _module.name.rsplit(".", 1)[-1] in {"store", "sweeps"}:
        importlib.import_module(_module.name)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("query", Queries.every, ids=lambda query: query.name)
async def test_query_prepares_and_its_columns_are_the_structs_fields(
    conn: asyncpg.Connection, query: Query[object]
) -> None:
    statement = await conn.prepare(query.text)
    if query.is_struct:
        assert issubclass(query.row, msgspec.Struct)
        assert tuple(column.name for column in statement.get_attributes()) == query.row.__struct_fields__
    else:
        assert len(statement.get_attributes()) <= 1


@pytest.mark.parametrize("queries", Queries.files, ids=lambda queries: queries.feature)
def test_every_query_of_a_file_is_bound_by_its_store(queries: Queries) -> None:
    assert not queries.unbound
