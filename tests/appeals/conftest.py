"""A process's tools on the real database, a story with an author, and moderators."""

import pytest

from service.accounts.actions import forget_everybody
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from tests.moderation.office import staff, tools_on
from tests.moderation.scene import Scene, a_scene


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    return tools_on(db, clock)


@pytest.fixture
async def scene(tools: Tools) -> Scene:
    forget_everybody(tools.db)
    return await a_scene(tools)


@pytest.fixture
def first(clock: FixedClock) -> Staff:
    """Who takes the decisions that are appealed."""
    return staff(clock, "mo-first")


@pytest.fixture
def second(clock: FixedClock) -> Staff:
    return staff(clock, "mo-second")


@pytest.fixture
def third(clock: FixedClock) -> Staff:
    return staff(clock, "mo-third")
