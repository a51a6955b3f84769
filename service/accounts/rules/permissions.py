"""What each role may do, in one table. A role's power is changed here and nowhere else."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from service.accounts.rules.viewer import Staff


class Role(StrEnum):
    """A role as staff tokens name it."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"
    SERVICE = "service"


class Permission(StrEnum):
    """One thing that staff may be allowed to do."""

    # Queues, claims, decisions, undoing them, rulings on appeals.
    REVIEW = "review"
    # Finding comments whatever their status, with revisions, signals and decisions.
    SEARCH_COMMENTS = "search-comments"
    # Warnings, premoderation, suspensions, bans, and lifting them.
    SANCTION = "sanction"
    # A reader's record and the moderators' notes on it.
    READ_RECORDS = "read-records"
    # Featuring a comment and taking that back.
    FEATURE = "feature"
    # Registering stories, changing, opening, closing and hiding them.
    MANAGE_STORIES = "manage-stories"
    RESOLVE_FORECASTS = "resolve-forecasts"
    READ_STATS = "read-stats"
    # Word lists, link policy, thresholds.
    RULES = "rules"
    AUDIT = "audit"
    # Erasing and exporting on a reader's behalf, and reading how the sender of a notice may be reached.
    ERASE = "erase"
    # Outgoing webhooks: endpoints, deliveries, sending again.
    WEBHOOKS = "webhooks"
    # Receipts of the subscription system, and why a pasted token is refused.
    OPERATE = "operate"


PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.MODERATOR: frozenset(
        {
            Permission.REVIEW,
            Permission.SEARCH_COMMENTS,
            Permission.SANCTION,
            Permission.READ_RECORDS,
            Permission.READ_STATS,
        }
    ),
    Role.EDITOR: frozenset(
        {
            Permission.MANAGE_STORIES,
            Permission.FEATURE,
            Permission.RESOLVE_FORECASTS,
            Permission.SEARCH_COMMENTS,
            Permission.READ_STATS,
        }
    ),
    Role.ADMIN: frozenset(Permission),
    # The newsroom's CMS: it registers stories and reads nothing about people.
    Role.SERVICE: frozenset({Permission.MANAGE_STORIES}),
}


def may(staff: "Staff", permission: Permission) -> bool:
    """Whether any of this person's roles carries the permission. On which sites is `may_act_on`."""
    return any(permission in PERMISSIONS[role] for role in staff.roles)


def permissions_of(staff: "Staff") -> frozenset[Permission]:
    """Everything that this person's roles carry together."""
    return frozenset[Permission]().union(*(PERMISSIONS[role] for role in staff.roles))


def may_act_on(staff: "Staff", site: str) -> bool:
    """Whether this person works on that site. The limit holds for every role of the token, admin included."""
    return staff.sites is None or site in staff.sites
