"""A process's tools on the real database, admins, and comments of readers."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Staff
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from tests.moderation.office import staff, tools_on
from tests.review_queue.rows import a_reader, a_story

Write = Callable[..., Awaitable[UUID]]


@pytest.fixture
def tools(db: Database, clock: FixedClock) -> Tools:
    return tools_on(db, clock)


@pytest.fixture
def admin(clock: FixedClock) -> Staff:
    return staff(clock, "ann", Role.ADMIN)


@pytest.fixture
def other_admin(clock: FixedClock) -> Staff:
    return staff(clock, "bob", Role.ADMIN)


@pytest.fixture
async def write(tools: Tools, clock: FixedClock) -> Write:
    """Writes a comment of Ada's, or of somebody else's, a second after the one before."""
    authors: dict[str, UUID] = {}
    async with tools.db.read() as conn:
        story_id = await a_story(conn, clock)

    async def write(body: str, *, by: str = "ada", status: str = "published") -> UUID:
        clock.move(seconds=1)
        comment_id = clock.new_id()
        async with tools.db.read() as conn:
            if by not in authors:
                authors[by] = await a_reader(conn, clock, by.title(), subject=by)
            await conn.execute(
                """INSERT INTO comments (story_id, id, author_id, body, body_html, status, created_at)
                   VALUES ($1, $2, $3, $4, '', $5, $6)""",
                story_id, comment_id, authors[by], body, status, clock.now(),
            )  # fmt: skip
        return comment_id

    return write
