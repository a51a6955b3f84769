"""One model after the other: the better one is used, and two trainings at once leave one in use."""

import asyncio
from datetime import timedelta

import pytest

from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.screening.model import store
from service.screening.model.current import CurrentModel
from service.screening.model.renewing import renew
from service.screening.model.training import learn
from tests.screening.model.newsroom import examples

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


async def test_model_that_does_well_is_used_and_a_worse_one_is_not(db: Database, clock: FixedClock) -> None:
    current = CurrentModel(db)
    assert await current.get() is None

    first = await renew(db, examples(800), clock.now(), clock.now(), examples_min=100)
    worse = await renew(db, examples(800, noise=0.5), clock.now(), clock.now(), examples_min=100)

    assert (first.version, first.used, first.figures_in_use) == (1, True, None)
    assert (worse.version, worse.used) == (2, False)
    assert worse.why_not
    current.told(b"")
    model = await current.get()
    assert model is not None
    assert model.version == 1
    async with db.read() as conn:
        assert [(one.version, one.state) for one in await store.models(conn, 10)] == [(2, "refused"), (1, "in_use")]


async def test_next_model_takes_the_place_of_the_last(db: Database, clock: FixedClock) -> None:
    await renew(db, examples(600), clock.now(), clock.now(), examples_min=100)
    later = clock.now() + timedelta(days=1)

    second = await renew(db, examples(900), later, later, examples_min=100)

    assert (second.version, second.used) == (2, True)
    assert second.figures_in_use is not None
    async with db.read() as conn:
        assert await store.version_in_use(conn) == 2
        assert [one.state for one in await store.models(conn, 10)] == ["in_use", "retired"]


async def test_two_trainings_at_once_leave_one_model_in_use(db: Database, clock: FixedClock) -> None:
    both = await asyncio.gather(
        *(renew(db, examples(600, seed=seed), clock.now(), clock.now(), examples_min=100) for seed in (1, 2))
    )

    assert any(one.used for one in both)
    async with db.read() as conn:
        assert len([one for one in await store.models(conn, 10) if one.state == "in_use"]) == 1


async def test_only_the_last_models_keep_their_weights(db: Database, clock: FixedClock) -> None:
    learned = learn(examples(600), None, 100)
    async with db.transaction() as conn:
        for version in range(1, 12):
            await store.add(
                conn, version, learned.stored, learned.figures,
                why_refused=None, learned_until=clock.now(), now=clock.now(),
            )  # fmt: skip

    async with db.read() as conn:
        kept = [version for version in range(1, 12) if await store.model(conn, version) is not None]
    assert kept == [7, 8, 9, 10, 11]
