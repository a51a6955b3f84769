"""Appeals as tests make them and rule on them."""

from typing import Any
from uuid import UUID

from service.accounts.rules.viewer import Staff
from service.appeals.actions.appeal import Made, appeal
from service.appeals.actions.rule import rule
from service.appeals.rules import Outcome
from service.appeals.store import Appeal
from service.moderation.actions import sanction as sanctioning
from service.moderation.rules.decisions import Action
from service.sanctions.rules import Kind
from tests.moderation.office import subscriber
from tests.moderation.scene import Scene


async def appealed(scene: Scene, decision_id: UUID, text: str = "It was a quotation.", *, by: str = "ada") -> Made:
    """The author's appeal against a decision or a sanction."""
    clock = scene.tools.clock
    return await appeal(scene.tools, subscriber(clock, by), decision_id, text, clock.now())


async def ruled(scene: Scene, staff: Staff, made: Made, outcome: Outcome, reason: str = "You are right.") -> Appeal:
    """The ruling on it."""
    appeal_id = made.restriction.appeal_id
    assert appeal_id is not None
    return await rule(scene.tools, staff, appeal_id, outcome, reason, scene.tools.clock.now())


async def rejected(scene: Scene, staff: Staff, status: str = "published", **more: Any) -> tuple[UUID, UUID]:
    """A rejected comment: its id, and that of the decision."""
    comment = await scene.comment(status, side="critics")
    outcome = await scene.decide(staff, comment, Action.REJECT, **more)
    return comment, outcome.decision_id


async def sanctioned(scene: Scene, staff: Staff, kind: Kind = "ban", **more: Any) -> UUID:
    """A limit on the author; its id."""
    wanted = sanctioning.Wanted(kind=kind, reason="Insults.", **more)
    return (await sanctioning.add(scene.tools, staff, scene.author_id, wanted)).id


async def status_of(scene: Scene, comment_id: UUID) -> str:
    return str(await scene.value("SELECT status FROM comments WHERE id = $1", comment_id))
