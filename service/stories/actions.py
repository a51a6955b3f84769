"""A newsroom registers a story and changes its settings; open pages learn of it through the thread's version."""

from datetime import datetime
from typing import Any

import msgspec

from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import may_act_on
from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import EventId, StoryId
from service.kernel.problems import InvalidRequest
from service.outbox import store as outbox
from service.stories import rules, store
from service.stories.payloads import NewStory, StoryChange
from service.stories.problems import StoryUnknown
from service.stories.store import Story


async def put_story(
    tools: Tools, staff: Staff, story_id: StoryId, given: NewStory, now: datetime
) -> tuple[Story, bool]:
    """Registers the story, or replaces its settings whole; the story, and whether it is new."""
    _check(given)
    _refuse_other_site(staff, given.site)
    values = _values(given)

    async def work(conn: Connection) -> tuple[Story, bool]:
        added = {**values, "closed_at": rules.closed_at(given.state, None, None, now)}
        if await store.add(conn, story_id, given.site, added, now) is not None:
            story = await _one(conn, story_id)
            await _record(conn, tools, staff, None, story, now)
            return story, True
        old = await store.lock(conn, story_id)
        if old is None:
            raise StoryUnknown(f"There is no story {story_id}.")
        _refuse_other_site(staff, old.site)
        if given.site != old.site:
            raise InvalidRequest.of("site", f"the story belongs to {old.site!r}, and a story stays at its site")
        return await _change(conn, tools, staff, old, values, now), False

    story, is_new = await tools.db.in_transaction(work)
    _announce(tools, story)
    return story, is_new


async def patch_story(tools: Tools, staff: Staff, story_id: StoryId, given: StoryChange, now: datetime) -> Story:
    """Replaces the members that are given."""
    _check(given)
    values = _values(given)

    async def work(conn: Connection) -> Story:
        old = await store.lock(conn, story_id)
        if old is None:
            raise StoryUnknown(f"There is no story {story_id}.")
        _refuse_other_site(staff, old.site)
        return await _change(conn, tools, staff, old, values, now)

    story = await tools.db.in_transaction(work)
    _announce(tools, story)
    return story


def _refuse_other_site(staff: Staff, site: str) -> None:
    if not may_act_on(staff, site):
        raise PermissionMissing(f"Your token is not for the site {site!r}.")


def _check(given: NewStory | StoryChange) -> None:
    lists = {name: _plain(getattr(given, name)) for name in ("sides", "anchors", "forecasts")}
    if problem := rules.refuse_repeated_ids({name: parts for name, parts in lists.items() if parts}):
        raise problem


def _plain(value: Any) -> Any:
    """Structs within become plain dicts, as jsonb columns hold them; moments in them stay text."""
    return msgspec.to_builtins(value) if isinstance(value, list) else value


def _values(given: NewStory | StoryChange) -> dict[str, Any]:
    named = {name: getattr(given, name) for name in given.__struct_fields__ if name != "site"}
    return {name: _plain(value) for name, value in named.items() if value is not msgspec.UNSET}


async def _change(
    conn: Connection, tools: Tools, staff: Staff, old: Story, values: dict[str, Any], now: datetime
) -> Story:
    before = {name: getattr(old, name) for name in store.SETTABLE}
    after = before | values
    after["closed_at"] = rules.closed_at(after["state"], old.state, old.closed_at, now)
    if after == before:
        return old
    earlier = rules.kept_anchors(old.anchors, old.earlier_anchors, after["anchors"], old.by_anchor)
    await store.change(conn, old.id, after, earlier, now)
    story = await _one(conn, old.id)
    await _record(conn, tools, staff, old, story, now)
    return story


async def _one(conn: Connection, story_id: StoryId) -> Story:
    story = await store.get(conn, story_id)
    if story is None:
        raise LookupError(f"story {story_id} vanished within its own transaction")
    return story


async def _record(conn: Connection, tools: Tools, staff: Staff, old: Story | None, new: Story, now: datetime) -> None:
    """The audit entry and the events, in the transaction of the change."""
    changed = [name for name in store.SETTABLE if old is None or getattr(old, name) != getattr(new, name)]
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action="story.registered" if old is None else "story.changed",
        subject_kind="story",
        subject_id=new.id,
        site=new.site,
        before=None if old is None else {name: getattr(old, name) for name in changed},
        after={name: getattr(new, name) for name in changed},
    )
    topics = ["story.changed"]
    if new.state == "closed" and (old is None or old.state != "closed"):
        topics.append("story.closed")
    for topic in topics:
        await outbox.append(
            conn,
            outbox.Event(
                id=EventId(tools.clock.new_id()),
                topic=topic,
                story_id=new.id,
                version=new.thread_version,
                payload={"state": new.state},
                happened_at=now,
            ),
        )


def _announce(tools: Tools, story: Story | store.Closed) -> None:
    tools.broadcast.publish("sc:changed", msgspec.json.encode({"story": story.id, "version": story.thread_version}))
    tools.broadcast.publish("sc:nudge", b"")


async def close_due(tools: Tools, now: datetime, most: int) -> int:
    """Closes at most so many stories whose time has come, and tells of it; how many it were."""

    async def work(conn: Connection) -> list[store.Closed]:
        closed = await store.close_due(conn, now, most)
        for story in closed:
            await outbox.append(
                conn,
                outbox.Event(
                    id=EventId(tools.clock.new_id()),
                    topic="story.closed",
                    story_id=story.id,
                    version=story.thread_version,
                    payload={"state": "closed"},
                    happened_at=now,
                ),
            )
        return closed

    closed = await tools.db.in_transaction(work)
    for story in closed:
        _announce(tools, story)
    return len(closed)
