"""A new model: learned in a process of its own, measured, and used only if it does well enough."""

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime

import msgspec

from service.infra.postgres import Database
from service.infra.sql import Connection
from service.kernel import limits
from service.screening.model import store
from service.screening.model.training import Example, Learned, learn
from service.screening.rules.model import Figures, Model, packed, refuse_model, unpacked


class Renewed(msgspec.Struct, frozen=True):
    """What came of a training. `version` is None where another process was first."""

    version: int | None
    used: bool
    why_not: str | None
    figures: Figures
    figures_in_use: Figures | None


async def renew(
    db: Database,
    examples: Sequence[Example],
    learned_until: datetime,
    now: datetime,
    *,
    examples_min: int | None = None,
) -> Renewed:
    """Trains on these examples, oldest first, and uses the outcome if nothing speaks against it.

    Raises TooFewExamples, and ImportError where the extra `learn` is not installed.
    """
    async with db.read() as conn:
        newest = await store.newest(conn)
        in_use = await store.version_in_use(conn)
        present = None if in_use is None else await _usable(conn, in_use)
    least = limits.model_examples_min if examples_min is None else examples_min
    learned = await _apart(examples, present, least)
    why_not = refuse_model(learned.figures, learned.figures_in_use)
    version = 1 if newest is None else newest.version + 1

    async def work(conn: Connection) -> bool:
        return await store.add(
            conn, version, learned.stored, learned.figures,
            why_refused=why_not, learned_until=learned_until, now=now,
        )  # fmt: skip

    added = await db.in_transaction(work)
    return Renewed(
        version if added else None, added and why_not is None, why_not, learned.figures, learned.figures_in_use
    )


async def _usable(conn: Connection, version: int) -> Model | None:
    try:
        return await store.model(conn, version)
    except ValueError:
        # Of another release's features: there is nothing to compare with.
        return None


async def _apart(examples: Sequence[Example], present: Model | None, least: int) -> Learned:
    """Learns in a process that ends with it: the memory is given back, and nobody waits for the processor."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as process:
        stored = None if present is None else (present.version, packed(present.bias, present.weights))
        return await asyncio.get_running_loop().run_in_executor(process, _learn, list(examples), stored, least)


def _learn(examples: list[Example], present: tuple[int, bytes] | None, least: int) -> Learned:
    return learn(examples, None if present is None else unpacked(*present), least)
