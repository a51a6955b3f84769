"""Finds comments whatever their status: by words, author, story, status, signal and time, newest first.

No search reads more than a bounded number of rows. Words that few comments have are looked up in their index. Words
that many have are met soon by walking from the newest on; such a walk ends after a fixed number of comments, and the
next page goes on from there. So does a search by what no index knows.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import may_act_on
from service.accounts.rules.viewer import Staff
from service.infra.clock import id_at
from service.infra.sql import Connection
from service.kernel import limits
from service.kernel.moments import EARLIEST, LATEST
from service.records import store
from service.records.rules import of_kind, question, without_order
from service.records.store import LAST_ID, Key, Walk


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched for; what is None does not limit."""

    words: str | None = None
    language: str | None = None
    author: UUID | None = None
    story: str | None = None
    site: str | None = None
    status: str | None = None
    signal: str | None = None
    before: datetime | None = None
    after: datetime | None = None


class Found(msgspec.Struct, frozen=True):
    """A page of what was found, and the id below which the next one goes on; None at the end."""

    keys: list[Key]
    on_from: UUID | None


async def search(conn: Connection, staff: Staff, asked: Asked, place: UUID | None, limit: int) -> Found:
    """A page within the staff's sites. InvalidRequest for words that cannot be searched for; PermissionMissing."""
    if asked.site is not None and not may_act_on(staff, asked.site):
        raise PermissionMissing(f"Your token is not for the site {asked.site!r}.")
    wanted = _wanted(staff, asked, place)
    source = "author" if asked.author else "story" if asked.story else "everything"
    if asked.words is not None:
        form = question(asked.words)
        parsed = await store.parse(conn, form.exact, form.loose, asked.language)
        if not parsed.exact or not parsed.loose:
            return Found([], None)
        wanted = msgspec.structs.replace(wanted, words=of_kind(parsed.exact, "B" if parsed.by_stems else "A"))
        source = await _source_for(conn, parsed.loose, source)
    if source == "few":
        keys = await store.walk(conn, source, wanted, window=limits.search_few_max, most=limit + 1)
        return Found(keys[:limit], keys[limit - 1].comment_id if len(keys) > limit else None)
    keys = await store.walk(conn, source, wanted, window=limits.search_window, most=limit)
    if len(keys) == limit:
        return Found(keys, keys[-1].comment_id)
    return Found(keys, await store.end_of_walk(conn, source, wanted, window=limits.search_window))


async def _source_for(conn: Connection, loose: str, source: str) -> str:
    """By their index where few comments have the words; else by walking, of all comments by way of their words."""
    found = await store.found_up_to(conn, without_order(loose), limits.search_few_max)
    if found < limits.search_few_max:
        return "few"
    return "words" if source == "everything" else source


def _wanted(staff: Staff, asked: Asked, place: UUID | None) -> Walk:
    # Ids begin with their milliseconds: an id of the next one is above all that were made before it.
    newest = LAST_ID if asked.before is None else id_at(asked.before, 2**74 - 1)
    sites = staff.sites if asked.site is None else {asked.site}
    return Walk(
        before_id=newest if place is None else min(newest, place),
        first_id=UUID(int=0) if asked.after is None else id_at(asked.after, 0),
        after=asked.after or EARLIEST,
        before=asked.before or LATEST,
        sites=None if sites is None else sorted(sites),
        story_id=asked.story,
        author_id=asked.author,
        status=asked.status,
        language=asked.language,
        signal=asked.signal,
    )
