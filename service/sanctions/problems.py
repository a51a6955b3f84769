"""The problem types of sanctions."""

from datetime import datetime
from uuid import UUID

from service.kernel.problems import Problem


class Banned(Problem):
    """The reader may not take part, on this site or everywhere, until a moderator lifts the ban or (rarely) until
    `until`. `reason` says why. Reading, deleting one's own comments, appealing, exporting and erasing stay possible."""

    slug, title, status = "banned", "You cannot take part", 403
    text = "problems.banned"

    def __init__(self, *, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason=reason)
        if until is not None:
            self.members["until"] = until


class Suspended(Problem):
    """The reader may not take part until the moment in `until`; after it everything works again by itself. `reason`
    says why."""

    slug, title, status = "suspended", "You cannot take part for a while", 403
    text = "problems.suspended"

    def __init__(self, *, until: datetime, reason: str) -> None:
        super().__init__(until=until, reason=reason)


class WarningUnacknowledged(Problem):
    """A moderator has warned the reader. The next comment can be posted once the warning is acknowledged:
    `POST /v1/me/sanctions/{sanction_id}/acknowledgement`."""

    slug, title, status = "warning-unacknowledged", "Please read the moderators' warning first", 403
    text = "problems.warned"

    def __init__(self, *, sanction_id: UUID, reason: str) -> None:
        super().__init__(sanction_id=sanction_id, reason=reason)


class SanctionUnknown(Problem):
    """This reader has no sanction with this id that could be lifted or acknowledged."""

    slug, title, status = "sanction-unknown", "There is no such sanction", 404
    text = "problems.sanction_unknown"
