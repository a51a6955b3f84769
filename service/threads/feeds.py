"""Atom feeds (RFC 4287) of a story's and of a site's newest comments."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from service.comments.rules import markup
from service.threads.store import FeedComment

ENTRIES_MAX: Final = 50
# A site's comments are looked for among so many newest ones of the installation.
LOOKED_AT_MAX: Final = 2_000
MEDIA_TYPE: Final = "application/atom+xml"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_TITLE_CHARS: Final = 80
# What no XML document may hold, not even escaped (XML 1.0, 2.2).
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(title: str, feed_url: str, page_url: str | None, comments: Sequence[FeedComment], base_url: str) -> bytes:
    """The feed. Content is the comment's safe HTML, cut nowhere; titles are cut from its text."""
    feed = ET.Element("feed", {"xmlns": _NAMESPACE})
    _text(feed, "id", feed_url)
    _text(feed, "title", title)
    newest = max(
        (comment.edited_at or comment.created_at for comment in comments), default=datetime(1970, 1, 1, tzinfo=UTC)
    )
    _text(feed, "updated", _moment(newest))
    ET.SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": feed_url})
    if page_url is not None:
        ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page_url})
    for comment in comments:
        _entry(feed, comment, base_url)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: ET.Element, comment: FeedComment, base_url: str) -> None:
    entry = ET.SubElement(feed, "entry")
    _text(entry, "id", f"urn:uuid:{comment.id}")
    _text(entry, "title", f"{comment.story_title}: {markup.plain(comment.body, _TITLE_CHARS)}")
    _text(entry, "published", _moment(comment.created_at))
    _text(entry, "updated", _moment(comment.edited_at or comment.created_at))
    _text(ET.SubElement(entry, "author"), "name", comment.author_name or "Reader")
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": link_of(comment, base_url)})
    _text(entry, "content", comment.body_html).set("type", "html")


def link_of(comment: FeedComment, base_url: str) -> str:
    """Where the comment is read: on its story's page, or, for a story without one, through the API."""
    if comment.story_url is not None:
        return f"{comment.story_url.partition('#')[0]}#comment-{comment.id}"
    return f"{base_url}/v1/comments/{comment.id}/context"


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
