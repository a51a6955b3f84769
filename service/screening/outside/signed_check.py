"""A check of the publisher's own: a signed request (Standard Webhooks), answered at once or later.

Answers: 200 with `{"verdict": "publish"|"hold", "detail"?, "score"?}`; 204 for no opinion; 202 for a verdict that will
be posted to `/v1/webhooks/screening`, signed with the same secret.
"""

from typing import Annotated, Final, Literal

import msgspec

from service.infra.http_client import HttpClient
from service.infra.signatures import sign_standard
from service.screening.outside.service import ANSWER_BYTES_MAX, Failed, Later, Opinion, Text

DETAIL_CHARS_MAX: Final = 500

Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
Detail = Annotated[str, msgspec.Meta(max_length=DETAIL_CHARS_MAX)]


class _Asked(msgspec.Struct):
    type: str
    timestamp: str
    data: Text


class _Answer(msgspec.Struct):
    verdict: Literal["publish", "hold"]
    detail: Detail = "no word why"
    score: Score | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


class SignedCheck:
    """Asks a URL of the publisher's."""

    name: Final = "check"

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret

    async def ask(self, http: HttpClient, text: Text, deadline_s: float) -> Opinion | Later | None:
        """The id of the message is that of the comment and its revision: a text is asked about once."""
        asked = _Asked("comment.check", text.written_at.isoformat().replace("+00:00", "Z"), text)
        body = msgspec.json.encode(asked)
        signed = sign_standard(self._secret, f"{text.comment_id}.{text.revision}", text.written_at, body)
        answer = await http.send(
            "POST",
            self._url,
            deadline_s=deadline_s,
            body_bytes_max=ANSWER_BYTES_MAX,
            headers={"Content-Type": "application/json", **signed},
            content=body,
        )
        if answer.status == 202:
            return Later()
        if answer.status == 204:
            return None
        if answer.status != 200:
            raise Failed(f"answered {answer.status}")
        try:
            said = _ANSWER.decode(answer.body)
        except msgspec.MsgspecError as error:
            raise Failed("answered something else than a verdict") from error
        return Opinion(said.verdict, said.detail, said.score)
