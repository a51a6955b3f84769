"""The rules are changed: at once, or, where a change would hit many comments, by a second admin's word."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Staff
from service.audit import store as audit
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import InvalidRequest
from service.screening import store
from service.screening.actions.preview import preview, with_version
from service.screening.current import RULES_CHANNEL
from service.screening.problems import ProposalSettled, ProposalUnknown, RulesChanged, RulesVersionUnknown
from service.screening.rules.changes import difference, is_same
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.impact import needs_second_admin
from service.screening.rules.ruleset import Rules, RuleSet
from service.screening.rules.soundness import faults_in
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


def refuse_faults(rules: RuleSet, within: str = "rules") -> None:
    """InvalidRequest that names each fault of the rules by its place in the request."""
    if faults := faults_in(rules):
        errors = [{"field": f"{within}.{fault.field}", "message": fault.message} for fault in faults]
        raise InvalidRequest(f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)


async def change(tools: Tools, staff: Staff, wanted: Change, now: datetime) -> Made:
    """Puts the rules in force, or proposes them. Rules that say what is in force already change nothing.

    RulesChanged where others are in force than those that were seen.
    """
    refuse_faults(wanted.rules)
    async with tools.db.read() as conn:
        in_force = await store.current_rules(conn)
    _refuse_unseen(in_force, wanted.seen_version)
    if is_same(in_force, wanted.rules):
        return Made(in_force.version)
    # Outside the transaction, which nobody should wait for: what it changes is only who has to agree.
    tally = (await preview(tools, wanted.rules, now, most=limits.rules_checked_comments)).tally
    large = needs_second_admin(tally.hit, tally.sampled, tools.settings.rules_second_admin_share)

    async def work(conn: Connection) -> Made:
        await store.lock_rules(conn)
        rules = await store.current_rules(conn)
        _refuse_unseen(rules, wanted.seen_version)
        if large:
            return await _propose(conn, tools, staff, rules, wanted, tally.sampled, tally.hit, now)
        return await _put_in_force(conn, tools, staff, rules, wanted, made_by=staff.subject, now=now)

    made = await tools.db.in_transaction(work)
    _tell(tools, made)
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


async def confirm(tools: Tools, staff: Staff, proposal_id: UUID, now: datetime) -> Made:
    """Another admin puts a proposal in force, as its proposer's change."""

    async def work(conn: Connection) -> Made:
        await store.lock_rules(conn)
        proposal = await _open_proposal(conn, proposal_id)
        if proposal.proposed_by == staff.subject:
            raise PermissionMissing("Another admin than the one who proposed it has to confirm it.")
        rules = await store.current_rules(conn)
        _refuse_unseen(rules, proposal.on_version)
        wanted = Change(store.rules_of(proposal.rules, 0), proposal.on_version, proposal.note, proposal.restores)
        version = rules.version + 1
        made = await _put_in_force(
            conn, tools, staff, rules, wanted, made_by=proposal.proposed_by, now=now, confirms=proposal
        )
        await store.settle_proposal(conn, proposal_id, "confirmed", staff.subject, version, now)
        await store.overtake_proposals(conn, staff.subject, now)
        return made

    made = await tools.db.in_transaction(work)
    _tell(tools, made)
    return made


async def reject(tools: Tools, staff: Staff, proposal_id: UUID, now: datetime) -> Proposal:
    """Ends a proposal: its proposer withdraws it, anybody else rejects it."""

    async def work(conn: Connection) -> Proposal:
        await store.lock_rules(conn)
        proposal = await _open_proposal(conn, proposal_id)
        state = "withdrawn" if proposal.proposed_by == staff.subject else "rejected"
        await store.settle_proposal(conn, proposal_id, state, staff.subject, None, now)
        await _record(conn, tools, staff, f"rules.{state}", str(proposal_id), {"state": "open"}, {"state": state})
        settled = await store.proposal(conn, proposal_id)
        if settled is None:
            raise LookupError("a proposal vanished within its own transaction")
        return settled

    return await tools.db.in_transaction(work)


async def _put_in_force(
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
    await _record(
        conn, tools, staff, act, str(new.version), {"version": old.version, "rules": before}, {**about, "rules": after}
    )
    return Made(new.version)


async def _propose(
    conn: Connection, tools: Tools, staff: Staff, old: Rules, wanted: Change, sampled: int, hit: int, now: datetime
) -> Made:
    waiting = await store.open_proposals(conn, limits.rules_proposals_max)
    if len(waiting) == limits.rules_proposals_max:
        raise InvalidRequest.of("", f"{len(waiting)} changes wait for a second admin already; settle one of them first")
    proposal_id = tools.clock.new_id()
    await store.add_proposal(
        conn,
        proposal_id,
        wanted.rules,
        on_version=old.version,
        restores=wanted.restores,
        note=wanted.note,
        sampled=sampled,
        hit=hit,
        proposed_by=staff.subject,
        now=now,
    )
    before, after = difference(old, wanted.rules)
    about = {"note": wanted.note, "sampled": sampled, "hit": hit, "rules": after}
    await _record(
        conn, tools, staff, "rules.proposed", str(proposal_id), {"version": old.version, "rules": before}, about
    )
    return Made(old.version, await store.proposal(conn, proposal_id))


async def _open_proposal(conn: Connection, proposal_id: UUID) -> Proposal:
    proposal = await store.proposal(conn, proposal_id)
    if proposal is None:
        raise ProposalUnknown("There is no such proposal.")
    if proposal.state != "open":
        raise ProposalSettled(f"This proposal was {proposal.state} already.", state=proposal.state)
    return proposal


def _refuse_unseen(in_force: Rules, seen_version: int) -> None:
    if in_force.version != seen_version:
        raise RulesChanged(
            f"Version {in_force.version} of the rules is in force; your change was made on version {seen_version}.",
            current_version=in_force.version,
        )


async def _record(
    conn: Connection,
    tools: Tools,
    staff: Staff,
    action: str,
    subject_id: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
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


def _tell(tools: Tools, made: Made) -> None:
    """Every process reads the rules before it uses them next."""
    if made.proposal is None:
        tools.broadcast.publish(RULES_CHANNEL, str(made.version).encode("ascii"))
