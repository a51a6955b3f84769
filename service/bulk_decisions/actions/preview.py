"""Counts what an act on many comments would take in, and keeps it: decided is later exactly what was counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.accounts.problems import AuthorUnknown
from service.accounts.rules.viewer import Staff
from service.bulk_decisions import rules, store
from service.bulk_decisions.rules import Candidate, Chosen
from service.comments.store import ShownComment
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel import limits
from service.moderation import store as moderation
from service.moderation.actions.reach import refuse_other_site, within_reach

_EXAMPLES = 5


class Replies(msgspec.Struct, frozen=True):
    """A comment with everything that answers it."""

    comment_id: UUID


class OfAuthor(msgspec.Struct, frozen=True, kw_only=True):
    """An author's comments, of a site and a story where they are named, from `after` on and before `before`."""

    author_id: UUID
    after: datetime | None = None
    before: datetime | None = None
    site: str | None = None
    story: str | None = None


class Counted(msgspec.Struct, frozen=True):
    """What was counted, under the token by which it can be decided about until `expires_at`."""

    token: UUID
    chosen: Chosen
    examples: list[ShownComment]
    expires_at: datetime


async def preview(
    tools: Tools, staff: Staff, wanted: Replies | OfAuthor, *, overrule: bool, selection: dict[str, Any]
) -> Counted:
    """Counts what is wanted within the staff's sites; `selection` is kept with it, as it was sent.

    CommentUnknown, AuthorUnknown, or PermissionMissing for another site.
    """
    token, now = tools.clock.new_id(), tools.clock.now()

    async def work(conn: Connection) -> Counted:
        found, limited = await _find(conn, staff, wanted)
        chosen = rules.choose(found, overrule=overrule)
        await store.keep(
            conn,
            token,
            kind="replies" if isinstance(wanted, Replies) else "author",
            selection=selection,
            author_id=limited,
            site=rules.site_of(chosen.comments),
            comments=chosen.comments,
            made_by=staff.subject,
            now=now,
        )
        examples = await _read(conn, chosen.comments[:_EXAMPLES])
        return Counted(token, chosen, examples, now + timedelta(seconds=limits.bulk_begin_s))

    return await tools.db.in_transaction(work)


async def _find(conn: Connection, staff: Staff, wanted: Replies | OfAuthor) -> tuple[list[Candidate], UUID | None]:
    """The candidates, and whom a sanction alongside would limit."""
    if isinstance(wanted, Replies):
        place = await within_reach(conn, staff, wanted.comment_id)
        [top] = (await moderation.comments_of_stories(conn, [(place.story_id, wanted.comment_id)])).values()
        return await store.below(conn, place.story_id, wanted.comment_id, staff.subject), top.author_id
    if wanted.site is not None:
        refuse_other_site(staff, wanted.site)
    if not await store.is_author(conn, wanted.author_id):
        raise AuthorUnknown()
    found = await store.of_author(
        conn,
        wanted.author_id,
        staff.subject,
        sites=staff.sites if wanted.site is None else {wanted.site},
        story_id=wanted.story,
        after=wanted.after,
        before=wanted.before,
    )
    return found, wanted.author_id


async def _read(conn: Connection, shown: Sequence[Candidate]) -> list[ShownComment]:
    known = await moderation.comments_of_stories(conn, [(one.story_id, one.comment_id) for one in shown])
    return [known[one.comment_id] for one in shown]
