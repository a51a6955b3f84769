"""Akismet: whether a comment is spam, by the experience of many sites.

Source: https://akismet.com/developers/detailed-docs/comment-check/. The reader's name, e-mail address and whole
address are not sent; the network's first address stands for theirs.
"""

import ipaddress
from typing import Final
from urllib.parse import urlencode

from service.infra.http_client import HttpClient
from service.screening.outside.service import ANSWER_BYTES_MAX, Failed, Opinion, Text


class Akismet:
    """Asks with the publisher's key; `blog` is the front page of the publisher's site."""

    name: Final = "akismet"

    def __init__(self, key: str, blog: str, url: str) -> None:
        self._key, self._blog, self._url = key, blog, url

    async def ask(self, http: HttpClient, text: Text, deadline_s: float) -> Opinion:
        """Spam is to be held, and the rest to be published."""
        answer = await http.send(
            "POST",
            self._url,
            deadline_s=deadline_s,
            body_bytes_max=ANSWER_BYTES_MAX,
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
            content=urlencode(self._asked(text)).encode("ascii"),
        )
        said = answer.body.strip()
        if answer.status != 200 or said not in (b"true", b"false"):
            # Where the key is wrong the body says "invalid", and a header why.
            raise Failed(f"answered {answer.status} without a verdict")
        if said == b"false":
            return Opinion("publish", "not spam")
        sure = answer.headers.get("x-akismet-pro-tip") == "discard"
        return Opinion("hold", "blatant spam" if sure else "spam", 1.0 if sure else None)

    def _asked(self, text: Text) -> dict[str, str]:
        asked = {
            "api_key": self._key,
            "blog": self._blog,
            "user_ip": _first_address(text.network),
            "comment_type": "reply" if text.parent_id else "comment",
            "comment_author": text.author_id,
            "comment_content": text.body,
            "comment_date_gmt": text.written_at.isoformat(timespec="seconds"),
            "blog_charset": "UTF-8",
        }
        return asked | ({"permalink": text.story_url} if text.story_url else {})


def _first_address(network: str | None) -> str:
    """Akismet insists on an address; this one names nobody."""
    if network is None:
        return "127.0.0.1"
    return str(ipaddress.ip_network(network).network_address)
