"""A process's tools on the real database, with nobody else to talk to."""

import pytest

from service.infra.broadcast import Broadcast
from service.infra.clock import FixedClock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.tools import Tools
from tests.entitlements.calls import OTHER_SECRET, SECRET


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    settings = Settings(webhook_secrets=(SECRET, OTHER_SECRET), subscribe_url="https://news.example/subscribe")
    return Tools(settings=settings, clock=clock, db=db, read_db=db, limiter=Limiter(None), broadcast=Broadcast(None))
