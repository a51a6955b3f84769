"""The tools of a process, staff and readers: what tests of moderation call actions with."""

from datetime import timedelta

from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Reader, Staff, SubscriptionClaim
from service.infra.broadcast import Broadcast
from service.infra.clock import Clock
from service.infra.config import Settings
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.tools import Tools


def tools_on(db: Database, clock: Clock) -> Tools:
    """The tools of a process that has this database and nobody else to talk to."""
    return Tools(
        settings=Settings(),
        clock=clock,
        db=db,
        read_db=db,
        limiter=Limiter(None, enabled=False),
        broadcast=Broadcast(None),
    )


def staff(clock: Clock, subject: str, *roles: Role, sites: frozenset[str] | None = None) -> Staff:
    """One of the newsroom; a moderator of every site unless told otherwise."""
    return Staff(
        subject=subject,
        name=subject.title(),
        roles=frozenset(roles or (Role.MODERATOR,)),
        sites=sites,
        issued_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=8),
    )


def subscriber(clock: Clock, subject: str) -> Reader:
    """A reader whose subscription is active."""
    return Reader(
        subject=subject,
        name=subject.title(),
        picture_url=None,
        issued_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=8),
        subscription=SubscriptionClaim("active"),
    )
