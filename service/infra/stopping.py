"""What has to happen as soon as this process is told to stop, before its requests in progress are waited for.

A live stream never finishes by itself, and the server would wait for it until its patience ends. Whoever keeps streams
open registers here how to end them.
"""

from collections.abc import Callable

import structlog

_log = structlog.get_logger(__name__)
_callbacks: list[Callable[[], None]] = []


def when_stopping(callback: Callable[[], None]) -> Callable[[], None]:
    """Has `callback` called, on the event loop, when the server begins to stop. Calling the result takes it back."""
    _callbacks.append(callback)

    def take_back() -> None:
        if callback in _callbacks:
            _callbacks.remove(callback)

    return take_back


def begin_to_stop() -> None:
    """Calls what was registered; one that fails is logged and holds up no other."""
    for callback in tuple(_callbacks):
        try:
            callback()
        except Exception:  # noqa: BLE001 - The process is about to end; the others must still hear of it.
            _log.exception("Something could not be told that the process stops")
