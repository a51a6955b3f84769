"""`story-comments serve`: answers readers, moderators and the newsroom."""

import asyncio
import os
import signal
import socket

import click

from service.app.cli import CommandFailed
from service.infra.config import Settings


@click.command("serve", short_help="Answer requests.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Serving processes.")
@click.option("--socket-fd", type=int, hidden=True)
@click.option("--ready-fd", type=int, hidden=True)
def command(workers: int, socket_fd: int | None, ready_fd: int | None) -> None:
    """Answer requests on COMMENTS_HOST and PORT until SIGTERM or Ctrl-C.

    Requests in progress are finished, for ten seconds at most. With several --workers, SIGHUP replaces each process
    without a request being refused.
    """
    settings = Settings.from_env(os.environ)
    if socket_fd is not None:
        _serve_as_worker(settings, socket_fd, ready_fd)
        return
    asyncio.run(_refuse_pending_migrations(settings))
    from service.app.server import listen

    listening = listen(settings)
    if workers == 1:
        _serve(settings, listening, None)
        return
    from service.app.supervisor import Supervisor, worker_command

    Supervisor(worker_command, listening, workers).run()


def _serve_as_worker(settings: Settings, socket_fd: int, ready_fd: int | None) -> None:
    from service.infra.embedded.process import end_with_parent

    end_with_parent(signal.SIGTERM)
    _serve(settings, socket.socket(fileno=socket_fd), ready_fd)


def _serve(settings: Settings, listening: socket.socket, ready_fd: int | None) -> None:
    import uvloop

    from service.app.app import create_app
    from service.app.server import Server, server_config, settle_memory

    app = create_app(settings)

    def started() -> None:
        settle_memory()
        if ready_fd is not None:
            os.write(ready_fd, b"1")
            os.close(ready_fd)

    server = Server(server_config(app), started=started)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listening]))


async def _refuse_pending_migrations(settings: Settings) -> None:
    """A server must not meet tables that it does not know. CommandFailed also when it cannot find out."""
    from service.infra.migrate import Unreachable, connect, read_migrations, read_state

    try:
        conn = await connect(settings.database_url)
    except Unreachable as error:
        raise CommandFailed(str(error)) from error
    try:
        pending = (await read_state(conn, read_migrations())).pending
    finally:
        await conn.close()
    if pending:
        raise CommandFailed(
            f"{len(pending)} migrations are pending, the first is {pending[0].file}: run story-comments migrate"
        )
