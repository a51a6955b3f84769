"""Tasks that are ended have ended, also those that a library keeps from hearing it."""

from __future__ import annotations

import asyncio

from service.infra.tasks import end_tasks


async def test_a_task_that_swallows_its_cancelling_ends_all_the_same() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)

    await asyncio.wait_for(end_tasks(task), 5)

    assert task.cancelled()
    assert swallowed == 3


async def test_what_a_task_raised_is_left_to_whoever_asks_it() -> None:
    async def fail() -> None:
        raise ValueError("wrong")

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await end_tasks(task)

    assert isinstance(task.exception(), ValueError)


async def test_no_task_is_no_wait() -> None:
    await end_tasks()
