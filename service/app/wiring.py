"""Which event goes where: the one table by which lower features have news for higher ones.

Handlers of a topic are called one after the other, each at least once for each event; see `outbox/relay.py`.
"""

from service.live import messages
from service.outbox.relay import Handlers

_COMMENT = (messages.announce_comment,)

HANDLERS: Handlers = {
    "comment.published": _COMMENT,
    "comment.edited": _COMMENT,
    "comment.approved": _COMMENT,
    "comment.featured": _COMMENT,
    "comment.unfeatured": _COMMENT,
    # These say that readers do not see a comment any more, if they did.
    "comment.held": _COMMENT,
    "comment.rejected": _COMMENT,
    "comment.deleted": _COMMENT,
    "votes.changed": (messages.announce_votes,),
    "story.changed": (messages.announce_story,),
    "story.closed": (messages.announce_story,),
    "entitlement.changed": (messages.announce_rights,),
    "sanction.added": (messages.announce_rights,),
    "sanction.lifted": (messages.announce_rights,),
    # For outgoing webhooks; nothing on a page changes by it.
    "comment.reported": (),
    "notice.received": (),
    "appeal.made": (),
    "appeal.ruled": (),
}
