"""A moderation endpoint in OpenAI's style: categories of harm, each with a score.

Source: https://platform.openai.com/docs/api-reference/moderations. Many self-hosted classifiers speak the same.
"""

from typing import Annotated, Final

import msgspec

from service.infra.http_client import HttpClient
from service.screening.outside.service import ANSWER_BYTES_MAX, Failed, Opinion, Text

_Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
_CATEGORIES_TOLD: Final = 3


class _Result(msgspec.Struct):
    flagged: bool
    category_scores: dict[str, _Score] = {}


class _Answer(msgspec.Struct):
    results: Annotated[list[_Result], msgspec.Meta(min_length=1)]


_ANSWER = msgspec.json.Decoder(_Answer)


class ModerationEndpoint:
    """Asks about the text alone: nothing of who wrote it or where is sent."""

    name: Final = "moderation"

    def __init__(self, url: str, key: str | None, model: str | None) -> None:
        self._url, self._model = url, model
        self._headers = {"Content-Type": "application/json"}
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"

    async def ask(self, http: HttpClient, text: Text, deadline_s: float) -> Opinion:
        """What it flags is to be held; the score is that of the worst category."""
        asked = {"input": text.body} | ({"model": self._model} if self._model else {})
        answer = await http.send(
            "POST",
            self._url,
            deadline_s=deadline_s,
            body_bytes_max=ANSWER_BYTES_MAX,
            headers=self._headers,
            content=msgspec.json.encode(asked),
        )
        if answer.status != 200:
            raise Failed(f"answered {answer.status}")
        try:
            result = _ANSWER.decode(answer.body).results[0]
        except msgspec.MsgspecError as error:
            raise Failed("answered something else than results with scores") from error
        worst = sorted(result.category_scores.items(), key=lambda scored: -scored[1])[:_CATEGORIES_TOLD]
        told = ", ".join(f"{name} {score:.2f}" for name, score in worst) or "no category"
        return Opinion("hold" if result.flagged else "publish", told, worst[0][1] if worst else None)
