"""What nearly every request handler reaches for, opened once at the start and kept in the application's state."""

from typing import Any

import msgspec

from service.infra.broadcast import Broadcast
from service.infra.clock import Clock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """Connections and settings of this process."""

    settings: Settings
    clock: Clock
    db: Database
    # A replica where one is configured, else the same as `db`.
    read_db: Database
    limiter: Limiter
    broadcast: Broadcast


def tools_of(request: Any) -> Tools:
    """The tools of the application that received this request."""
    tools: Tools = request.app.state.tools
    return tools


def client_address(request: Any) -> str:
    """The client's address for limits; held in memory and never stored (`infra/addresses.py`)."""
    address: str = request.scope["client_address"]
    return address


def client_network(request: Any) -> str:
    """The client's truncated address, which may be stored for a limited time."""
    network: str = request.scope["client_network"]
    return network
