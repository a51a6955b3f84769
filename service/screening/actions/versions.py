"""A new version of the rules comes into force: the row, the record of it, and the word to every process.

Whoever calls holds the lock of the rules (`store.lock_rules`), so versions follow one another.
"""

from datetime import datetime
from typing import Any

import msgspec

from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.screening import store
from service.screening.actions.preview import with_version
from service.screening.current import RULES_CHANNEL
from service.screening.problems import RulesChanged
from service.screening.rules.changes import difference
from service.screening.rules.ruleset import Rules, RuleSet
from service.screening.store import Proposal

_SUBJECT = "rules"


class Change(msgspec.Struct, frozen=True):
    """What somebody wants in force, the version that they saw, and why."""

    rules: RuleSet
    seen_version: int
    note: str | None
    # The earlier version whose content it is.
    restores: int | None = None


class Made(msgspec.Struct, frozen=True):
    """What a change came to: the proposal that waits now, or none and it is in force."""

    version: int
    proposal: Proposal | None = None


async def put_in_force(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    old: Rules,
    wanted: Change,
    *,
    made_by: str,
    now: datetime,
    confirms: Proposal | None = None,
) -> Made:
    """Makes the next version; `confirms` is the proposal by which another member of staff wanted it."""
    new = with_version(wanted.rules, old.version + 1)
    await store.add_version(
        conn,
        new,
        made_by=made_by,
        note=wanted.note,
        restores=wanted.restores,
        confirmed_by=None if confirms is None else staff.subject,
        now=now,
    )
    if confirms is None:
        await store.overtake_proposals(conn, staff.subject, now)
    about: dict[str, Any] = {"version": new.version, "note": wanted.note}
    if wanted.restores is not None:
        about["restores"] = wanted.restores
    if confirms is not None:
        about |= {"proposal": str(confirms.id), "proposed_by": confirms.proposed_by}
    before, after = difference(old, new)
    act = "rules.changed" if confirms is None else "rules.confirmed"
    await record(
        conn, tools, staff, act, str(new.version), {"version": old.version, "rules": before}, {**about, "rules": after}
    )
    return Made(new.version)


def refuse_unseen(in_force: Rules, seen_version: int) -> None:
    """RulesChanged unless the version that a change was made on is in force."""
    if in_force.version != seen_version:
        raise RulesChanged(
            f"Version {in_force.version} of the rules is in force; your change was made on version {seen_version}.",
            current_version=in_force.version,
        )


async def record(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    action: str,
    subject_id: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """Keeps the act of a member of staff on the rules, or on a proposal of them."""
    await audit.append(
        conn,
        tools.clock,
        actor=staff.subject,
        action=action,
        subject_kind=_SUBJECT,
        subject_id=subject_id,
        site=None,
        before=before,
        after=after,
    )


def tell(tools: Tools, made: Made) -> None:
    """Every process reads the rules before it uses them next."""
    if made.proposal is None:
        tools.broadcast.publish(RULES_CHANNEL, str(made.version).encode("ascii"))
