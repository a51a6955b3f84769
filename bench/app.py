"""What is measured, in a process of its own: the service as `serve` runs it, or a bare application under the same
server.

python -m bench.app service|bare PORT < settings.json
"""

import asyncio
import sys
from base64 import b64decode
from typing import Any

import msgspec
import uvloop

from bench.servers import bench_settings


def _service(given: dict[str, Any]) -> Any:
    from service.app.app import create_app

    return create_app(bench_settings(**given))


def _bare(given: dict[str, Any]) -> Any:
    """Answers the given bytes to everything: what the server itself costs."""
    body = b64decode(given["body"])
    headers = [(name.encode(), value.encode()) for name, value in given["headers"]]
    start = {"type": "http.response.start", "status": given["status"], "headers": headers}
    end = {"type": "http.response.body", "body": body, "more_body": False}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(start)
            await send(end)

    return app


def main() -> None:
    what, port = sys.argv[1], int(sys.argv[2])
    given = msgspec.json.decode(sys.stdin.buffer.read())
    app = _service(given) if what == "service" else _bare(given)
    from service.app.server import Server, server_config, settle_memory

    config = server_config(app)
    config.port = port
    config.lifespan = "on" if what == "service" else "off"
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Server(config, started=settle_memory).serve())


if __name__ == "__main__":
    main()
