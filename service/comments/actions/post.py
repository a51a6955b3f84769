"""A reader posts a comment: read what decides, decide, write all of it in one statement."""

from datetime import datetime
from typing import Any

import msgspec

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.comments import payloads, store
from service.comments.actions.screening import (
    count_shadow,
    hold_signals,
    looked_for,
    refuse_draft,
    screen_draft,
    urgency_of,
)
from service.comments.payloads import NewComment
from service.comments.problems import ParentGone, StillInProgress
from service.comments.rules import idempotency, lineage, markup, placing, text
from service.comments.rules.lifecycle import Status
from service.comments.store import PostingContext
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.ids import CommentId, ReaderId, StoryId
from service.languages.catalogues import Words
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, must_hold, refuse
from service.participation.rules.standing import Standing
from service.screening.outside.service import Text
from service.screening.pipeline import with_more
from service.screening.rules.signals import Draft
from service.screening.rules.verdict import Verdict
from service.screening.screener import Screener
from service.stories.problems import StoryClosed, StoryUnknown


class Answer(msgspec.Struct, frozen=True):
    """The encoded comment, and whether it is the answer to an earlier try. `version` is the thread's after a new
    one."""

    body: bytes
    replayed: bool
    version: int | None = None
    published: bool = False


async def post(
    tools: Tools,
    screener: Screener,
    reader: Reader,
    story_id: StoryId,
    given: NewComment,
    key: str,
    network: str | None,
    words: Words,
    now: datetime,
) -> Answer:
    """Posts the comment, or gives the answer that the same key had before.

    Raises the Problem that stands in the way; then nothing was written and the key is free.
    """
    author_id = await known_reader(tools.db, reader, tools.clock)
    fingerprint = idempotency.fingerprint(story_id, msgspec.json.encode(given))
    rules = await screener.rules()
    prints, since = looked_for(given.body, rules, now)
    async with tools.db.read() as conn:
        standing = await standing_of(conn, tools.settings, reader, story_id, now)
        context = await store.posting_context(conn, story_id, given.parent_id, author_id, key, prints, since)
    if context.key_fingerprint is not None and context.key_answer is not None:
        return _replayed(context.key_fingerprint, context.key_answer, fingerprint)

    place = place_of(given, context, standing, now)
    body = text.body(given.body)
    draft = Draft(body=body, side=given.side, about=given.about, is_reply=given.parent_id is not None)
    action = Action.REPLY if given.parent_id else Action.POST
    held_by = hold_signals(story_mode=context.mode, author_is_held=must_hold(action, standing, now))
    screening = screen_draft(draft, context, rules, held_by, author_id, now)
    if refusal := refuse_draft(screening):
        raise refusal
    comment_id = CommentId(tools.clock.new_id())
    told = Text(
        comment_id=str(comment_id),
        revision=1,
        story_id=story_id,
        story_url=context.story_url,
        parent_id=None if given.parent_id is None else str(given.parent_id),
        author_id=str(author_id),
        body=body,
        side=given.side,
        about=given.about,
        network=network,
        written_at=now,
    )
    screening = with_more(screening, await screener.signals(told, rules))

    status = Status.PUBLISHED if screening.verdict == Verdict.PUBLISH else Status.HELD
    comment = _comment(comment_id, story_id, given, body, status, place, author_id, context, words, now)
    values = {
        "comment_id": comment.id,
        "story_id": story_id,
        "author_id": author_id,
        "parent_id": place.parent_id,
        "hangs_under": place.hangs_under,
        "ancestors": place.ancestors,
        "depth": place.depth,
        "side": given.side,
        "about": given.about,
        "body": body,
        "body_html": comment.body_html,
        "status": str(status),
        "published": int(status == Status.PUBLISHED),
        "key": key,
        "fingerprint": fingerprint,
        "answer": payloads.encode(comment),
        "verdict": str(screening.verdict),
        "signals": msgspec.to_builtins(screening.signals) if screening.signals else None,
        "urgency": urgency_of(screening.signals),
        "prints": prints,
        "network": network,
        "event_id": tools.clock.new_id(),
        "topic": f"comment.{status}",
        "payload": {"comment_id": str(comment.id), "was": None, "now": str(status)},
        "now": now,
    }
    answer = await _write(tools, values, standing, now)
    if not answer.replayed:
        count_shadow(screening.signals)
    return answer


def place_of(given: NewComment, context: PostingContext, standing: Standing, now: datetime) -> lineage.Place:
    """Where the comment will stand; the Problem when its author, its side or its parent stand in the way."""
    action = Action.REPLY if given.parent_id else Action.POST
    if refusal := refuse(action, standing, now):
        raise refusal
    if context.sides is None or context.anchors is None:
        raise StoryUnknown
    if refusal := placing.refuse_side(given.side, context.sides) or placing.refuse_about(given.about, context.anchors):
        raise refusal
    if given.parent_id is None:
        return lineage.ROOT
    if context.parent_id is None or context.parent_status != Status.PUBLISHED:
        raise ParentGone
    return lineage.below(given.parent_id, context.parent_depth or 0, context.parent_ancestors or [])


def _comment(
    comment_id: CommentId,
    story_id: StoryId,
    given: NewComment,
    body: str,
    status: Status,
    place: lineage.Place,
    author_id: ReaderId,
    context: PostingContext,
    words: Words,
    now: datetime,
) -> payloads.WrittenComment:
    """The new comment as its author is shown it."""
    return payloads.WrittenComment(
        id=comment_id,
        story_id=story_id,
        parent_id=place.parent_id,
        depth=lineage.shown_depth(place.depth),
        author=payloads.Author(
            author_id, context.author_name or "Reader", context.author_picture_url, context.author_badges or []
        ),
        body=body,
        body_html=markup.render(body),
        side=given.side,
        about=given.about,
        status=str(status),
        created_at=now,
        edited_at=None,
        revision=1,
        votes=payloads.Votes(0, 0),
        reply_count=0,
        direct_reply_count=0,
        featured=None,
        replies=[],
        replies_cursor=None,
        status_words=payloads.status_words(status, words),
    )


async def _write(tools: Tools, values: dict[str, Any], standing: Standing, now: datetime) -> Answer:
    async def work(conn: Connection) -> Answer:
        posted = await store.post(conn, values)
        if posted is not None:
            return Answer(values["answer"], False, posted.thread_version, bool(values["published"]))
        # The same key, a moment ago: its answer is there, since the insert waited for that transaction.
        earlier = await store.key_answer(conn, values["author_id"], values["key"])
        if earlier is None:
            raise LookupError("a used idempotency key has no answer")
        return _replayed(earlier.fingerprint, earlier.answer, values["fingerprint"])

    try:
        return await tools.db.in_statement(work)
    except store.KeyBusy as error:
        raise StillInProgress from error
    except store.PostRefused as error:
        if str(error) == "parent-gone":
            raise ParentGone from error
        closed_at = standing.story.closed_at if standing.story else None
        raise StoryClosed(closed_at=closed_at or now) from error


def _replayed(known: bytes, answer: bytes, fingerprint: bytes) -> Answer:
    if refusal := idempotency.refuse_other_request(known, fingerprint):
        raise refusal
    return Answer(answer, True)
