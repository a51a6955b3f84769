"""A change that would hit many comments waits for another admin, who confirms or rejects it."""

from datetime import datetime
from uuid import UUID

from service.accounts.problems import PermissionMissing
from service.accounts.rules.viewer import Staff
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import InvalidRequest
from service.screening import store
from service.screening.actions.versions import Change, Made, put_in_force, record, refuse_unseen, tell
from service.screening.problems import ProposalSettled, ProposalUnknown
from service.screening.rules.changes import difference
from service.screening.rules.ruleset import Rules
from service.screening.store import Proposal


async def propose(
    conn: Connection, tools: Tools, staff: Staff, old: Rules, wanted: Change, sampled: int, hit: int, now: datetime
) -> Made:
    """Keeps the change until another admin has looked at it; the caller holds the lock of the rules."""
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
    await record(
        conn, tools, staff, "rules.proposed", str(proposal_id), {"version": old.version, "rules": before}, about
    )
    return Made(old.version, await store.proposal(conn, proposal_id))


async def confirm(tools: Tools, staff: Staff, proposal_id: UUID, now: datetime) -> Made:
    """Another admin puts a proposal in force, as its proposer's change."""

    async def work(conn: Connection) -> Made:
        await store.lock_rules(conn)
        proposal = await _open_proposal(conn, proposal_id)
        if proposal.proposed_by == staff.subject:
            raise PermissionMissing("Another admin than the one who proposed it has to confirm it.")
        rules = await store.current_rules(conn)
        refuse_unseen(rules, proposal.on_version)
        wanted = Change(store.rules_of(proposal.rules, 0), proposal.on_version, proposal.note, proposal.restores)
        version = rules.version + 1
        made = await put_in_force(
            conn, tools, staff, rules, wanted, made_by=proposal.proposed_by, now=now, confirms=proposal
        )
        await store.settle_proposal(conn, proposal_id, "confirmed", staff.subject, version, now)
        await store.overtake_proposals(conn, staff.subject, now)
        return made

    made = await tools.db.in_transaction(work)
    tell(tools, made)
    return made


async def reject(tools: Tools, staff: Staff, proposal_id: UUID, now: datetime) -> Proposal:
    """Ends a proposal: its proposer withdraws it, anybody else rejects it."""

    async def work(conn: Connection) -> Proposal:
        await store.lock_rules(conn)
        proposal = await _open_proposal(conn, proposal_id)
        state = "withdrawn" if proposal.proposed_by == staff.subject else "rejected"
        await store.settle_proposal(conn, proposal_id, state, staff.subject, None, now)
        await record(conn, tools, staff, f"rules.{state}", str(proposal_id), {"state": "open"}, {"state": state})
        settled = await store.proposal(conn, proposal_id)
        if settled is None:
            raise LookupError("a proposal vanished within its own transaction")
        return settled

    return await tools.db.in_transaction(work)


async def _open_proposal(conn: Connection, proposal_id: UUID) -> Proposal:
    proposal = await store.proposal(conn, proposal_id)
    if proposal is None:
        raise ProposalUnknown("There is no such proposal.")
    if proposal.state != "open":
        raise ProposalSettled(f"This proposal was {proposal.state} already.", state=proposal.state)
    return proposal
