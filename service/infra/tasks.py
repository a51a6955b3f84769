"""Ending tasks so that they have ended."""

import asyncio
from typing import Any

_ASK_AGAIN_S = 0.05


async def end_tasks(*tasks: "asyncio.Task[Any]") -> None:
    """Cancels the tasks and returns when all are done; what they raise is left to whoever asks them.

    One `cancel()` is not enough before Python 3.12: `asyncio.wait_for`, which libraries of ours use, loses it when
    what it waits for is done in the same moment (bpo-37658). So it is said again until it was heard.
    """
    waiting = {task for task in tasks if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=_ASK_AGAIN_S)
