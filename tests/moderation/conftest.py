"""A process's tools on the real database, and a moderator who works with them."""

import pytest

from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from tests.moderation.office import staff, tools_on


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    return tools_on(db, clock)


@pytest.fixture
def moderator(clock: FixedClock) -> Staff:
    return staff(clock, "mo-1")
