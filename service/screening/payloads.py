"""The rules of screening as JSON: in force, proposed, past, and what a change of them would do."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.kernel import limits
from service.screening import store
from service.screening.rules.changes import difference
from service.screening.rules.impact import hit_share
from service.screening.rules.ruleset import RuleSet
from service.screening.store import Proposal, ShadowCount, Version, VersionHead, rules_of

Note = Annotated[str, Meta(max_length=limits.note_chars_max, description="Why: for the record.")]
RulesVersion = Annotated[int, Meta(ge=0, le=2**31 - 2)]


class RulesChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules whole, and the version that they were made on."""

    rules: RuleSet
    seen_version: RulesVersion
    note: Note | None = None


class Rollback(Struct, frozen=True, forbid_unknown_fields=True):
    """The version whose content shall be in force again. `seen_version`, where given, must be in force now."""

    version: RulesVersion
    seen_version: RulesVersion | None = None
    note: Note | None = None


class PreviewWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules whole, as they would be sent to change them."""

    rules: RuleSet


class Impact(Struct, frozen=True):
    """Of so many of the newest comments, so many would have been held or refused that were not. `share` is that which
    decides whether a second admin is needed; of fewer than 20 comments it is the share of 20."""

    sampled: int
    hit: int
    share: float


class ProposalHead(Struct, frozen=True):
    """A change that waits for another admin, or what became of it."""

    id: UUID
    # One of open, confirmed, rejected, withdrawn, overtaken.
    state: str
    on_version: int
    restores: int | None
    note: str | None
    impact: Impact
    proposed_by: str
    proposed_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    version: int | None


class Differences(Struct, frozen=True):
    """The parts that differ, as they were and as they are. Word lists are told by name; of lists of words and domains
    only what was taken away (`before`) and what was added (`after`)."""

    before: dict[str, Any]
    after: dict[str, Any]


class ProposalRecord(ProposalHead, frozen=True):
    """The same with the rules as they would be. `changes` are those to the version that it was made on."""

    rules: RuleSet
    changes: Differences


class RulesInForce(Struct, frozen=True):
    """The rules, who put them in force, and the changes that wait for another admin. Version 0 are the defaults, which
    nobody made."""

    version: int
    made_by: str | None
    made_at: datetime | None
    note: str | None
    restores: int | None
    confirmed_by: str | None
    rules: RuleSet
    proposals: list[ProposalHead]


class RulesHistory(Struct, frozen=True):
    """A page of the versions, newest first."""

    versions: list[VersionHead]
    next_cursor: str | None


class VersionRecord(VersionHead, frozen=True):
    """A version with its rules. `changes` are those to the version before it."""

    rules: RuleSet
    changes: Differences


class ExampleComment(Struct, frozen=True):
    """A comment that the change would tell on. `status` is what it is now, `excerpt` its beginning."""

    comment_id: UUID
    story_id: str
    status: str
    created_at: datetime
    excerpt: str
    matched: str | None
    before: str
    after: str


class PartEffect(Struct, frozen=True):
    """What one check would do otherwise, of the words one list.

    `asks` are comments in which it would ask to hold or refuse and does not now, `asks_no_more` the other way round. Of
    each, so many were rejected by moderators: a good part asks for these and for few others. `shadow` are those that it
    would only note.
    """

    check: str
    list: str | None
    asks: int
    asks_rejected: int
    asks_no_more: int
    asks_no_more_rejected: int
    shadow: int
    examples: tuple[ExampleComment, ...]


class Preview(Struct, frozen=True):
    """What a change would do to comments of the last `days`.

    `sampled` of the newest of them were screened anew, with the rules in force and with the changed ones, and counted
    where the outcome differs. `total` is how many there are, `total_is_least` whether there are more. Refused texts are
    not kept, so what would not be refused any more cannot be found here.
    """

    on_version: int
    days: int
    total: int
    total_is_least: bool
    sampled: int
    oldest_at: datetime | None
    newly_held: int
    newly_refused: int
    no_longer_held: int
    no_longer_refused: int
    share: float
    needs_second_admin: bool
    parts: list[PartEffect]


class ShadowCounts(Struct, frozen=True):
    """What the parts in shadow noted in comments since then, and how those comments fare now."""

    since: datetime
    parts: list[ShadowCount]


def rules_in_force(version: Version | None, rules: RuleSet, proposals: list[store.ProposalHead]) -> RulesInForce:
    """The rules as staff are shown them; `version` None stands for the defaults."""
    waiting = [proposal_head(waits) for waits in proposals]
    if version is None:
        return RulesInForce(0, None, None, None, None, None, only_rules(rules), waiting)
    head = head_of(version)
    return RulesInForce(
        head.version,
        head.made_by,
        head.made_at,
        head.note,
        head.restores,
        head.confirmed_by,
        only_rules(rules),
        waiting,
    )


def head_of(version: Version) -> VersionHead:
    return VersionHead(*(getattr(version, field) for field in VersionHead.__struct_fields__))


def only_rules(rules: RuleSet) -> RuleSet:
    """The rules without their version, which stands beside them."""
    return RuleSet(**{part: getattr(rules, part) for part in RuleSet.__struct_fields__})


def proposal_head(proposal: store.ProposalHead) -> ProposalHead:
    impact = Impact(proposal.sampled, proposal.hit, hit_share(proposal.hit, proposal.sampled))
    named = {field: getattr(proposal, field) for field in ProposalHead.__struct_fields__ if field != "impact"}
    return ProposalHead(**named, impact=impact)


def proposal_record(proposal: Proposal, followed: RuleSet) -> ProposalRecord:
    """A proposal with its rules, held against those that it would follow."""
    rules = only_rules(rules_of(proposal.rules, 0))
    head = msgspec.structs.asdict(proposal_head(proposal))
    return ProposalRecord(**head, rules=rules, changes=Differences(*difference(followed, rules)))


def version_record(version: Version, followed: RuleSet) -> VersionRecord:
    """A version with its rules, held against those before it."""
    rules = only_rules(rules_of(version.rules, version.version))
    head = msgspec.structs.asdict(head_of(version))
    return VersionRecord(**head, rules=rules, changes=Differences(*difference(followed, rules)))
