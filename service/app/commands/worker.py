"""`story-comments worker`: sends on what happened, and keeps time."""

import asyncio
import os
import signal

import click

from service.infra.config import Settings


@click.command("worker", short_help="Send on events and do timed work.")
def command() -> None:
    """Send on events and do timed work until SIGTERM or Ctrl-C. Several may run at once."""
    settings = Settings.from_env(os.environ)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings))


async def _run(settings: Settings) -> None:
    from service.app.worker import run_worker

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run_worker(settings, stop)
