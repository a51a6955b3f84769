"""From the rows of a page to comments with their replies under them, and a cursor wherever there is more."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from service.comments import payloads
from service.comments.payloads import Comment
from service.comments.rules.lineage import shown_depth
from service.kernel import cursor, limits
from service.threads.store import PageRow


class ReplyPlace(msgspec.Struct, frozen=True, array_like=True):
    """Behind which reply a list of replies goes on; None: from the first."""

    after: UUID | None


def replies_cursor(comment_id: UUID, last_sent: UUID | None) -> str:
    """A cursor of the replies of a comment, behind the last one sent along; None of them was sent: from the first."""
    return cursor.pack(replies_list(comment_id), ReplyPlace(last_sent))


def replies_list(comment_id: UUID) -> str:
    """The name of the list that a cursor of replies belongs to."""
    return f"replies:{comment_id}"


def build(rows: Iterable[PageRow], replies_most: int) -> list[Comment]:
    """The comments of the page's own level in their order, each with its replies as far as the rows go.

    The rows hold, for each level above the last, one reply more than `replies_most` where there is one: it is not
    shown, it only tells that there is more. Below the last level the count of replies tells.
    """
    top: list[Comment] = []
    shown: dict[UUID, Comment] = {}
    replies: dict[UUID, list[PageRow]] = {}
    kept: list[PageRow] = []
    for row in sorted(rows, key=lambda row: (row.level, row.place)):
        if row.level == 0:
            top.append(_show(row, shown))
            kept.append(row)
        elif row.hangs_under in shown:
            siblings = replies.setdefault(row.hangs_under, [])
            siblings.append(row)
            if len(siblings) <= replies_most:
                shown[row.hangs_under].replies.append(_show(row, shown))
                kept.append(row)
    for row in kept:
        _mark_more(shown[row.id], row, replies.get(row.id, []), replies_most)
    return top


def _show(row: PageRow, shown: dict[UUID, Comment]) -> Comment:
    shown[row.id] = comment = payloads.public(row)
    return comment


def _mark_more(comment: Comment, row: PageRow, found: list[PageRow], replies_most: int) -> None:
    if len(found) > replies_most:
        last = comment.replies[-1].id if comment.replies else None
        comment.replies_cursor = replies_cursor(comment.id, last)
    elif not found and row.reply_count > 0 and shown_depth(row.depth) < limits.depth_max:
        # The page ends above these replies. At the greatest depth nothing hangs below: replies stand beside.
        comment.replies_cursor = replies_cursor(comment.id, None)
