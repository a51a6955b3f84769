"""Which comments a member of staff reaches: those of their sites, whatever the status."""

from uuid import UUID

from service.accounts.problems import PermissionMissing
from service.accounts.rules.permissions import may_act_on
from service.accounts.rules.viewer import Staff
from service.comments.problems import CommentUnknown
from service.infra.sql import Connection
from service.moderation import store
from service.moderation.store import Place


async def within_reach(conn: Connection, staff: Staff, comment_id: UUID) -> Place:
    """Where the comment is; CommentUnknown, or PermissionMissing for one of a site that is not theirs."""
    place = await store.place(conn, comment_id)
    if place is None:
        raise CommentUnknown("There is no such comment.")
    refuse_other_site(staff, place.site)
    return place


def refuse_other_site(staff: Staff, site: str) -> None:
    if not may_act_on(staff, site):
        raise PermissionMissing(f"Your token is not for the site {site!r}.")
