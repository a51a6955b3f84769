"""The model learns from what moderators decided."""

import asyncio
from datetime import datetime

import msgspec

from service.infra.tools import Tools
from service.kernel import limits
from service.moderation import store
from service.screening import store as screening
from service.screening.model import store as models
from service.screening.model.current import MODEL_CHANNEL
from service.screening.model.renewing import Renewed, renew
from service.screening.model.store import ModelRecord
from service.screening.model.training import Example, TooFewExamples, measure
from service.screening.rules.model import Figures


class Evaluated(msgspec.Struct, frozen=True):
    """The model in use: how it did on the decisions held back from it, and how it does on those made since.

    `since` is None while there are none of either kind.
    """

    model: ModelRecord
    since: Figures | None


async def teach(tools: Tools, now: datetime) -> Renewed:
    """Trains a model on the newest decisions, and has it used if it does well enough. TooFewExamples where there are
    not enough; ImportError where the extra `learn` is not installed."""
    async with tools.db.read() as conn:
        decided = await store.examples(conn, limits.model_examples_max)
    if not decided:
        raise TooFewExamples("nothing was approved or rejected yet")
    oldest_first = [Example(one.body, one.rejected) for one in reversed(decided)]
    renewed = await renew(tools.db, oldest_first, decided[0].decided_at, now)
    if renewed.used:
        tools.broadcast.publish(MODEL_CHANNEL, b"")
    return renewed


async def evaluate(tools: Tools) -> Evaluated | None:
    """How good the model in use is; None where there is none. ImportError where the extra `learn` is not installed."""
    async with tools.db.read() as conn:
        found = [record for record in await models.models(conn, limits.models_listed_max) if record.state == "in_use"]
        model = await models.model(conn, found[0].version) if found else None
        if model is None:
            return None
        decided = await store.examples(conn, limits.model_examples_max)
    since = [Example(one.body, one.rejected) for one in decided if one.decided_at > found[0].learned_until]
    if len({example.rejected for example in since}) < 2:
        return Evaluated(found[0], None)
    return Evaluated(found[0], await asyncio.to_thread(measure, model, since, 0))


async def teach_when_due(tools: Tools, now: datetime) -> Renewed | None:
    """The same, if the rules use the model and enough was decided since it was trained last; else None."""
    async with tools.db.read() as conn:
        rules = await screening.current_rules(conn)
        newest = await models.newest(conn)
        since = datetime.fromtimestamp(0, now.tzinfo) if newest is None else newest.learned_until
        if rules.model.use == "off":
            return None
        due_from = limits.model_renewed_after if newest is not None else 2 * limits.model_examples_min
        if await store.decided_since(conn, since, due_from) < due_from:
            return None
    try:
        return await teach(tools, now)
    except TooFewExamples:
        return None
