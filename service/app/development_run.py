"""Server and worker in one process, as `dev` runs them."""

import asyncio
import socket
from collections.abc import Callable

from service.app.app import create_app
from service.app.cli import CommandFailed
from service.app.example import load_example
from service.app.server import Server, server_config
from service.app.worker import run_worker
from service.infra import migrate
from service.infra.clock import SystemClock
from service.infra.config import Settings
from service.infra.postgres import Database


async def serve_development(settings: Settings, listening: socket.socket, started: Callable[[], None]) -> None:
    """Migrates, loads the example, and serves until a signal; `started` is called when pages can be asked for.

    MigrationRefused when the database cannot be brought to what this program expects.
    """
    await _prepare(settings)
    app = create_app(settings)
    server = Server(server_config(app), started=started)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(settings, stop), name="worker")
    # A worker that ends by itself has failed, and a service without one would only seem to work.
    worker.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        await server.serve(sockets=[listening])
    finally:
        stop.set()
        await worker


async def _prepare(settings: Settings) -> None:
    try:
        conn = await migrate.connect(settings.database_url)
    except migrate.Unreachable as error:
        raise CommandFailed(str(error)) from error
    try:
        await migrate.migrate_up(conn, migrate.read_migrations())
    finally:
        await conn.close()
    database = await Database.open(settings.database_url, size=2)
    try:
        await load_example(database, SystemClock())
    finally:
        await database.close()
