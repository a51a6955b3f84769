"""A text is looked at before it is posted: what would happen to it, and why in general terms. Nothing is stored."""

from datetime import datetime

from service.accounts.actions import known_reader
from service.accounts.rules.viewer import Reader
from service.comments import store
from service.comments.actions.post import place_of
from service.comments.actions.screening import hold_signals, looked_for, screen_draft
from service.comments.payloads import CommentOutlook, NewComment
from service.comments.rules import markup, text
from service.comments.rules.advice import reasons_for
from service.infra.tools import Tools
from service.kernel.ids import StoryId
from service.languages.catalogues import Words
from service.participation.actions import standing_of
from service.participation.rules.policy import Action, must_hold
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft


async def check(
    tools: Tools, rules: Rules, reader: Reader, story_id: StoryId, given: NewComment, words: Words, now: datetime
) -> CommentOutlook:
    """What would become of the comment, with reasons in these words; raises the Problem that would keep it from being
    posted.

    The same checks as for a post, except for those that ask somebody outside.
    """
    author_id = await known_reader(tools.db, reader, tools.clock)
    prints, since = looked_for(given.body, rules, now)
    async with tools.db.read() as conn:
        standing = await standing_of(conn, tools.settings, reader, story_id, now)
        context = await store.posting_context(conn, story_id, given.parent_id, author_id, "", prints, since)
    place_of(given, context, standing, now)
    body = text.body(given.body)
    draft = Draft(body=body, side=given.side, about=given.about, is_reply=given.parent_id is not None)
    action = Action.REPLY if given.parent_id else Action.POST
    held_by = hold_signals(story_mode=context.mode, author_is_held=must_hold(action, standing, now))
    screening = screen_draft(draft, context, rules, held_by, author_id, now)
    return CommentOutlook(screening.verdict, reasons_for(screening.signals, words), markup.render(body))
