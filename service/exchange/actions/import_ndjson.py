"""Imports comments from NDJSON: each story in one transaction, so that an import that was cut off goes on where it
stopped."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from service.exchange import store
from service.exchange.rules import arranging, ndjson
from service.exchange.rules.arranging import Arrangement, Skipped
from service.exchange.rules.ndjson import Line
from service.infra.clock import Clock, id_at
from service.infra.postgres import Database
from service.infra.sql import Connection
from service.kernel.ids import EventId, StoryId
from service.outbox import store as outbox
from service.stories import store as stories

SOURCE = "ndjson"


class Result(msgspec.Struct):
    """What an import did, or (dry) would do."""

    read: int = 0
    added: int = 0
    known: int = 0
    stories: int = 0
    stories_added: int = 0
    deepest: int = 0
    changed: list[Skipped] = msgspec.field(default_factory=list)
    orphans: list[Skipped] = msgspec.field(default_factory=list)


class _DryRun(Exception):
    """Ends a transaction whose outcome is only counted."""


async def import_ndjson(db: Database, clock: Clock, lines: Iterable[bytes], site: str, *, dry_run: bool) -> Result:
    """Adds what is not there yet; the same file again adds nothing. LineWrong before anything is stored.

    Nobody is notified of imported comments; open pages and caches learn that the story changed.
    """
    by_story: dict[str, list[Line]] = {}
    result = Result()
    for line in ndjson.read(lines):
        by_story.setdefault(line.thread, []).append(line)
        result.read += 1
    for story_id, of_story in by_story.items():
        await _import_story(db, clock, StoryId(story_id), of_story, site, result, dry_run)
    return result


async def _import_story(
    db: Database, clock: Clock, story_id: StoryId, lines: list[Line], site: str, result: Result, dry_run: bool
) -> None:
    unique = list({line.id: line for line in lines}.values())
    now = clock.now()

    async def work(conn: Connection) -> tuple[bool, int, Arrangement]:
        is_new = await store.add_story(conn, story_id, site, min(line.created_at for line in unique), now)
        await stories.lock(conn, story_id)
        known = await store.known(conn, SOURCE, story_id)
        fresh = [line for line in unique if line.id not in known]
        ids = {line.id: _comment_id(story_id, line) for line in fresh}
        arrangement = arranging.arrange(fresh, ids, known)
        if arrangement.rows and not dry_run:
            await _store(conn, clock, story_id, arrangement, now)
        if dry_run:
            raise _DryRun(is_new, len(known.keys() & {line.id for line in unique}), arrangement)
        return is_new, len(unique) - len(fresh), arrangement

    try:
        is_new, known_count, arrangement = await db.in_transaction(work)
    except _DryRun as counted:
        is_new, known_count, arrangement = counted.args
    result.stories += 1
    result.stories_added += int(is_new)
    result.known += known_count
    result.added += len(arrangement.rows)
    result.deepest = max([result.deepest, *(row.place.depth for row in arrangement.rows)])
    result.changed += arrangement.skipped
    result.orphans += arrangement.orphans


async def _store(conn: Connection, clock: Clock, story_id: StoryId, arrangement: Arrangement, now: datetime) -> None:
    authors = {name: _author_id(name) for row in arrangement.rows if (name := row.line.author) is not None}
    await store.add_authors(conn, authors, now)
    await store.add_comments(conn, SOURCE, story_id, arrangement.rows, authors)
    version = await store.recount(conn, story_id, [row.id for row in arrangement.rows], list(authors.values()))
    event = outbox.Event(EventId(clock.new_id()), "story.changed", story_id, version, {"state": "imported"}, now)
    await outbox.append(conn, event)


def _comment_id(story_id: StoryId, line: Line) -> UUID:
    """The same each time: its moment and a digest of where it came from."""
    return id_at(line.created_at, arranging.source_digest(SOURCE, story_id, line.id))


def _author_id(name: str) -> UUID:
    """The same author of every import from this kind of source."""
    return UUID(int=(arranging.source_digest(SOURCE, "author", name) << 54) & ((1 << 128) - 1), version=4)
