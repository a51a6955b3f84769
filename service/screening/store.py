"""Typed calls over the screening's queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.infra.sql import Connection, Queries
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules, RuleSet

queries = Queries(__file__)


# For statements that take the first few rows of many in an index's order. The planner knows how much an author writes
# on average, and would fetch and sort all that the busiest one ever wrote.
ALONG_INDEXES = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"


class RulesRow(msgspec.Struct, frozen=True):
    version: int
    rules: dict[str, Any]


class Version(msgspec.Struct, frozen=True):
    """A version of the rules as it is kept."""

    version: int
    rules: dict[str, Any]
    made_by: str
    made_at: datetime
    note: str | None
    # The earlier version whose content it brought back.
    restores: int | None
    # The other admin, where it needed one.
    confirmed_by: str | None


class VersionHead(msgspec.Struct, frozen=True):
    """Who made a version of the rules, when and why."""

    version: int
    made_by: str
    made_at: datetime
    note: str | None
    restores: int | None
    confirmed_by: str | None


class ProposalHead(msgspec.Struct, frozen=True):
    """A change of the rules that waits, or waited, for another admin. `hit` of `sampled` comments it would hit."""

    id: UUID
    on_version: int
    restores: int | None
    note: str | None
    sampled: int
    hit: int
    proposed_by: str
    proposed_at: datetime
    state: str
    settled_by: str | None
    settled_at: datetime | None
    # The version that it became.
    version: int | None


class Proposal(ProposalHead, frozen=True):
    """The same with the rules as they would be."""

    rules: dict[str, Any]


class ShadowCount(msgspec.Struct, frozen=True):
    """What a part of the rules that is only tried would have done to how many comments, and how those fare."""

    check: str
    list: str | None
    would: str
    comments: int
    published: int
    held: int
    rejected: int
    first_at: datetime
    last_at: datetime


class SampleComment(msgspec.Struct, frozen=True):
    """A comment of the last weeks, with what was known of its author when it was written."""

    story_id: str
    id: UUID
    body: str
    side: str | None
    about: str | None
    is_reply: bool
    status: str
    created_at: datetime
    # The story's mode as it is now.
    mode: str
    published_count: int
    approved_count: int
    rejected_count: int
    recent_bodies: list[str]
    recent_at: list[datetime]


_CURRENT_RULES = queries.bind("current_rules", RulesRow)
_VERSION = queries.bind("version", Version)
_NEWEST_VERSION = queries.bind("newest_version", Version)
_HISTORY = queries.bind("history", VersionHead)
_LOCK_RULES = queries.bind("lock_rules", int)
_ADD_VERSION = queries.bind("add_version", int)
_ADD_PROPOSAL = queries.bind("add_proposal", int)
_PROPOSAL = queries.bind("proposal", Proposal)
_OPEN_PROPOSALS = queries.bind("open_proposals", ProposalHead)
_SETTLE_PROPOSAL = queries.bind("settle_proposal", int)
_OVERTAKE_PROPOSALS = queries.bind("overtake_proposals", int)
_SHADOW_COUNTS = queries.bind("shadow_counts", ShadowCount)
_COUNT_COMMENTS = queries.bind("count_comments", int)
_SAMPLE = queries.bind("sample", SampleComment)


async def current_rules(conn: Connection) -> Rules:
    """The rules in force: the installation's newest, or the defaults."""
    row = await _CURRENT_RULES.maybe(conn)
    return DEFAULT_RULES if row is None else rules_of(row.rules, row.version)


def rules_of(kept: dict[str, Any], version: int) -> Rules:
    """Kept rules as the checks take them."""
    return msgspec.convert({**kept, "version": version}, Rules)


def kept(rules: RuleSet) -> dict[str, Any]:
    """Rules as they are kept: whole, so that a default that changes with the program changes no installation's."""
    return {part: msgspec.to_builtins(getattr(rules, part)) for part in RuleSet.__struct_fields__}


async def version_of(conn: Connection, version: int) -> Version | None:
    """That version, or None."""
    return await _VERSION.maybe(conn, version=version)


async def newest_version(conn: Connection) -> Version | None:
    """The version in force; None while the defaults are."""
    return await _NEWEST_VERSION.maybe(conn)


async def history(conn: Connection, before_version: int | None, most: int) -> list[VersionHead]:
    """At most so many versions below that one, newest first."""
    return await _HISTORY.many(conn, before_version=before_version, most=most)


async def lock_rules(conn: Connection) -> None:
    """Has every other change of the rules, and of proposals, wait until this transaction ends."""
    await _LOCK_RULES.run(conn)


async def add_version(
    conn: Connection,
    rules: Rules,
    *,
    made_by: str,
    note: str | None,
    restores: int | None,
    confirmed_by: str | None,
    now: datetime,
) -> None:
    """Puts the rules in force as their `version`; the caller holds the lock and has counted that up."""
    await _ADD_VERSION.run(
        conn,
        version=rules.version,
        rules=kept(rules),
        made_by=made_by,
        note=note,
        restores=restores,
        confirmed_by=confirmed_by,
        now=now,
    )


async def add_proposal(
    conn: Connection,
    proposal_id: UUID,
    rules: RuleSet,
    *,
    on_version: int,
    restores: int | None,
    note: str | None,
    sampled: int,
    hit: int,
    proposed_by: str,
    now: datetime,
) -> None:
    """Keeps a change that waits for another admin."""
    await _ADD_PROPOSAL.run(
        conn,
        proposal_id=proposal_id,
        rules=kept(rules),
        on_version=on_version,
        restores=restores,
        note=note,
        sampled=sampled,
        hit=hit,
        proposed_by=proposed_by,
        now=now,
    )


async def proposal(conn: Connection, proposal_id: UUID) -> Proposal | None:
    """That proposal, whatever its state, or None."""
    return await _PROPOSAL.maybe(conn, proposal_id=proposal_id)


async def open_proposals(conn: Connection, most: int) -> list[ProposalHead]:
    """Those that wait, the oldest first, without their rules."""
    return await _OPEN_PROPOSALS.many(conn, most=most)


async def settle_proposal(
    conn: Connection, proposal_id: UUID, state: str, settled_by: str, version: int | None, now: datetime
) -> None:
    """Ends an open proposal; the caller holds the lock of the rules."""
    await _SETTLE_PROPOSAL.run(
        conn, proposal_id=proposal_id, state=state, settled_by=settled_by, version=version, now=now
    )


async def overtake_proposals(conn: Connection, settled_by: str, now: datetime) -> int:
    """Ends all open proposals, which were made on a version that is not in force any more; how many it were."""
    return await _OVERTAKE_PROPOSALS.run(conn, settled_by=settled_by, now=now)


async def shadow_counts(conn: Connection, since: datetime, most: int) -> list[ShadowCount]:
    """What parts that are only tried would have done since then, in the newest so many screenings that note any."""
    return await _SHADOW_COUNTS.many(conn, since=since, most=most)


async def count_comments(conn: Connection, from_id: UUID, most: int) -> int:
    """How many comments were written from that id on, counted no further than `most`."""
    return await _COUNT_COMMENTS.one(conn, from_id=from_id, most=most)


async def sample(conn: Connection, before_id: UUID, from_id: UUID, most: int) -> list[SampleComment]:
    """At most so many of the comments between two ids, newest first."""
    async with conn.transaction():
        await conn.execute(ALONG_INDEXES)
        return await _SAMPLE.many(conn, before_id=before_id, from_id=from_id, most=most)
