"""What a relay needs, with a broadcast of this process alone."""

from collections.abc import AsyncIterator

import pytest

from service.infra.broadcast import Broadcast
from service.infra.clock import FixedClock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.tools import Tools


@pytest.fixture
async def tools(db: Database, clock: FixedClock) -> AsyncIterator[Tools]:
    async with Broadcast(None) as broadcast:
        yield Tools(
            settings=Settings(),
            clock=clock,
            db=db,
            read_db=db,
            limiter=Limiter(None, enabled=False),
            broadcast=broadcast,
        )
