"""The worker: sends on what happened, and does what the clock says. Any number may run at once."""

import asyncio
from contextlib import AsyncExitStack

import structlog

from service.app.lifespan import open_tools
from service.app.metrics import metrics_server
from service.app.sweeps import run_sweeps, stopped_within
from service.app.wiring import HANDLERS
from service.infra.config import Settings
from service.infra.telemetry import configure_logging
from service.infra.tools import Tools
from service.kernel import limits
from service.outbox.relay import Relay

_log = structlog.get_logger(__name__)


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Opens connections of its own and works until `stop` is set."""
    configure_logging(readable=settings.development, level=settings.log_level)
    async with AsyncExitStack() as stack:
        tools = await open_tools(settings, stack)
        if not settings.development:
            await stack.enter_async_context(metrics_server(settings.host, settings.metrics_port))
        _log.info("The worker has started")
        await run_worker_with(tools, stop)
    _log.info("The worker has stopped")


async def run_worker_with(tools: Tools, stop: asyncio.Event) -> None:
    """Works until `stop` is set, then gives back what it holds. What fails is begun again after a pause."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_relay(tools, stop), name="relay")
        group.create_task(run_sweeps(tools, stop), name="sweeps")


async def _relay(tools: Tools, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await Relay(tools, HANDLERS).run(stop)
        except Exception:  # noqa: BLE001 - Without a relay nothing would be told any more.
            _log.exception("The relay failed and is begun again")
            await stopped_within(stop, limits.worker_pause_s)
