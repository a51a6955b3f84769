"""Typed calls over the screening's queries."""

from typing import Any

import msgspec

from service.infra.sql import Connection, Queries
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules

queries = Queries(__file__)


class RulesRow(msgspec.Struct, frozen=True):
    version: int
    rules: dict[str, Any]


_CURRENT_RULES = queries.bind("current_rules", RulesRow)


async def current_rules(conn: Connection) -> Rules:
    """The rules in force: the installation's newest, or the defaults."""
    row = await _CURRENT_RULES.maybe(conn)
    return DEFAULT_RULES if row is None else msgspec.convert({**row.rules, "version": row.version}, Rules)
