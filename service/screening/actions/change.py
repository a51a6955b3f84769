"""The rules are changed: at once, or, where a change would hit many comments, by a second admin's word."""

from datetime import datetime

from service.accounts.rules.viewer import Staff
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel import limits
from service.screening import store
from service.screening.actions.preview import preview
from service.screening.actions.proposals import propose
from service.screening.actions.soundness import refuse_faults
from service.screening.actions.versions import Change, Made, put_in_force, refuse_unseen, tell
from service.screening.problems import RulesVersionUnknown
from service.screening.rules.changes import is_same
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.impact import needs_second_admin


async def change(tools: Tools, staff: Staff, wanted: Change, now: datetime) -> Made:
    """Puts the rules in force, or proposes them. Rules that say what is in force already change nothing.

    RulesChanged where others are in force than those that were seen.
    """
    refuse_faults(wanted.rules)
    async with tools.db.read() as conn:
        in_force = await store.current_rules(conn)
    refuse_unseen(in_force, wanted.seen_version)
    if is_same(in_force, wanted.rules):
        return Made(in_force.version)
    # Outside the transaction, which nobody should wait for: what it changes is only who has to agree.
    tally = (await preview(tools, wanted.rules, now, most=limits.rules_checked_comments)).tally
    large = needs_second_admin(tally.hit, tally.sampled, tools.settings.rules_second_admin_share)

    async def work(conn: Connection) -> Made:
        await store.lock_rules(conn)
        rules = await store.current_rules(conn)
        refuse_unseen(rules, wanted.seen_version)
        if large:
            return await propose(conn, tools, staff, rules, wanted, tally.sampled, tally.hit, now)
        return await put_in_force(conn, tools, staff, rules, wanted, made_by=staff.subject, now=now)

    made = await tools.db.in_transaction(work)
    tell(tools, made)
    return made


async def roll_back(
    tools: Tools, staff: Staff, version: int, seen_version: int | None, note: str | None, now: datetime
) -> Made:
    """A new version with an old one's content; 0 stands for the defaults. RulesVersionUnknown for none that was."""
    async with tools.db.read() as conn:
        in_force = await store.current_rules(conn)
        kept = None if version == 0 else await store.version_of(conn, version)
    if version > 0 and kept is None:
        raise RulesVersionUnknown(f"There is no version {version} of the rules.")
    old = DEFAULT_RULES if kept is None else store.rules_of(kept.rules, version)
    seen = in_force.version if seen_version is None else seen_version
    return await change(tools, staff, Change(old, seen, note, restores=version), now)
