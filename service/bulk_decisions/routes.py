"""Deciding about many comments at once: counting them, rejecting what was counted, taking that back."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from service.accounts.auth import requires
from service.accounts.rules.permissions import Permission
from service.bulk_decisions.actions.carry_out import Progress, Wanted, carry_out, progress, take_back
from service.bulk_decisions.actions.preview import Counted, OfAuthor, Replies, preview
from service.bulk_decisions.payloads import Bulk, NewBulk, NewSelection, Selection, Trouble
from service.infra.tools import tools_of
from service.kernel.rate_limits import Action
from service.moderation.payloads.items import comment_for_staff
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking


@post(
    "/v1/admin/decisions/preview",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Count what a rejection of many comments would take in",
    status_code=200,
)
async def count_selection(request: HttpRequest, data: JSONBody[NewSelection]) -> Response[Selection]:
    """A comment with all that answers it, or an author's comments in a time range, as far as they are published or
    held.

    Nothing is decided yet. The `token` stands for exactly the comments that were counted, with the revisions that they
    had: what comes later is not taken in, and what changes meanwhile is not decided about.
    """
    staff = await asking(request, Action.ADMIN_WRITE)
    if refusal := data.refusal():
        raise refusal
    wanted: Replies | OfAuthor
    if data.comment_id is not None:
        wanted = Replies(data.comment_id)
    elif data.author_id is not None:
        wanted = OfAuthor(
            author_id=data.author_id, after=data.after, before=data.before, site=data.site, story=data.story
        )
    counted = await preview(tools_of(request), staff, wanted, overrule=data.overrule, selection=data.as_sent())
    return Response(_selection(counted), headers=PRIVATE)


@post(
    "/v1/admin/decisions/bulk",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Reject what was counted",
    status_code=200,
)
async def reject_selection(request: HttpRequest, data: JSONBody[NewBulk]) -> Response[Bulk]:
    """Handles a bounded number of the comments, each in its own transaction with everything that a decision changes,
    and answers how far it has come. While `state` is `running`, the same request goes on, also after one that was lost.

    A comment that changed since it was counted, or that somebody else decided about, is left as it is and counts as
    `failed`.
    """
    staff = await asking(request, Action.ADMIN_WRITE)
    sanction = None if data.sanction is None else data.sanction.wanted()
    done = await carry_out(tools_of(request), staff, data.token, Wanted(data.reason, data.note, sanction))
    return Response(_bulk(done), headers=PRIVATE)


@get(
    "/v1/admin/decisions/bulk/{bulk:uuid}",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="How far a rejection of many comments has come",
)
async def get_bulk(request: HttpRequest, bulk: FromPath[UUID]) -> Response[Bulk]:
    """Named by the token of its count."""
    staff = await asking(request, Action.ADMIN_READ)
    return Response(_bulk(await progress(tools_of(request), staff, bulk)), headers=PRIVATE)


@post(
    "/v1/admin/decisions/bulk/{bulk:uuid}/undo",
    guards=[requires(Permission.REVIEW)],
    tags=["Moderation"],
    summary="Take a rejection of many comments back",
    status_code=200,
)
async def undo_bulk(request: HttpRequest, bulk: FromPath[UUID]) -> Response[Bulk]:
    """Takes each of its decisions back that is still the last on its comment; the others stay and count as `failed`.
    What still waited is not decided any more. While `state` is `undoing`, the same request goes on. A sanction stays:
    it is lifted by itself."""
    staff = await asking(request, Action.ADMIN_WRITE)
    return Response(_bulk(await take_back(tools_of(request), staff, bulk)), headers=PRIVATE)


def _selection(counted: Counted) -> Selection:
    comments = counted.chosen.comments
    written = [one.created_at for one in comments]
    return Selection(
        token=counted.token,
        count=len(comments),
        more=counted.chosen.more,
        published=sum(one.status == "published" for one in comments),
        held=sum(one.status == "held" for one in comments),
        stories=len({one.story_id for one in comments}),
        authors=len({one.author_id for one in comments}),
        let_stand=counted.chosen.let_stand,
        first_at=min(written, default=None),
        last_at=max(written, default=None),
        examples=[comment_for_staff(row) for row in counted.examples],
        expires_at=counted.expires_at,
    )


def _bulk(found: Progress) -> Bulk:
    act, counts = found.act, found.counts
    return Bulk(
        token=act.id,
        of=act.kind,
        action="reject",
        state=found.state,
        count=act.comments,
        done=counts.get("done", 0),
        failed=counts.get("failed", 0) + counts.get("kept", 0),
        undone=counts.get("undone", 0),
        left=counts.get("waiting", 0),
        reason=act.reason,
        note=act.note,
        made_by=act.made_by,
        made_at=act.made_at,
        begun_at=act.begun_at,
        sanction_id=act.sanction_id,
        problems=[Trouble(one.comment_id, one.problem or "") for one in found.problems],
    )


handlers = [count_selection, reject_selection, get_bulk, undo_bulk]
