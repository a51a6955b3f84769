"""A process's tools on the real database, a moderator, and a story with comments."""

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from tests.moderation.office import staff, tools_on
from tests.moderation.scene import Scene, a_scene


@pytest.fixture
def moderator(clock: FixedClock) -> Staff:
    return staff(clock, "mo-1")


@pytest.fixture
async def scene(db: Database, clock: FixedClock) -> Scene:
    forget_everybody(db)
    return await a_scene(tools_on(db, clock))
