"""Typed calls over the models' queries."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from service.infra.sql import Connection, Queries
from service.screening.rules.model import Figures, Model, unpacked

queries = Queries(__file__)

# Of models that are not in use, so many keep their weights.
_KEPT = 5


class ModelRecord(msgspec.Struct, frozen=True):
    """One model that was trained, used or not; `why` is given where it was refused."""

    version: int
    made_at: datetime
    state: Literal["in_use", "retired", "refused"]
    why: str | None
    figures: Figures
    learned_until: datetime


class _Row(msgspec.Struct, frozen=True):
    version: int
    made_at: datetime
    state: str
    why: str | None
    figures: dict[str, Any]
    learned_until: datetime


_IN_USE = queries.bind("model_in_use", int)
_WEIGHTS = queries.bind("weights", bytes)
_NEWEST = queries.bind("newest_model", _Row)
_MODELS = queries.bind("models", _Row)
_RETIRE = queries.bind("retire", int)
_ADD = queries.bind("add_model", int)
_FORGET_WEIGHTS = queries.bind("forget_weights", int)


async def version_in_use(conn: Connection) -> int | None:
    """The version of the model that texts are scored by, if there is one."""
    return await _IN_USE.maybe(conn)


async def model(conn: Connection, version: int) -> Model | None:
    """The model of this version, None where its weights are gone. ValueError where they are of other features."""
    stored = await _WEIGHTS.maybe(conn, version=version)
    return None if stored is None else unpacked(version, stored)


async def newest(conn: Connection) -> ModelRecord | None:
    """The model that was trained last, used or not."""
    row = await _NEWEST.maybe(conn)
    return None if row is None else _record(row)


async def models(conn: Connection, most: int) -> list[ModelRecord]:
    """The last models, newest first."""
    return [_record(row) for row in await _MODELS.many(conn, most=most)]


async def add(
    conn: Connection,
    version: int,
    stored: bytes,
    figures: Figures,
    *,
    why_refused: str | None,
    learned_until: datetime,
    now: datetime,
) -> bool:
    """Keeps a model and has it used, unless there is a reason against it; False where this version is taken."""
    if why_refused is None:
        await _RETIRE.run(conn, version=version)
    added = await _ADD.run(
        conn,
        version=version,
        now=now,
        state="in_use" if why_refused is None else "refused",
        why=why_refused,
        figures=msgspec.to_builtins(figures),
        learned_until=learned_until,
        weights=stored,
    )
    await _FORGET_WEIGHTS.run(conn, kept=_KEPT)
    return added > 0


def _record(row: _Row) -> ModelRecord:
    return msgspec.convert(row, ModelRecord, from_attributes=True)
