"""Each outside service as a local server speaks it: its verdicts, its refusals and its lies."""

from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest

from service.infra.http_client import HttpClient, OutboundFailed
from service.infra.signatures import verify_standard
from service.screening.outside.akismet import Akismet
from service.screening.outside.moderation import ModerationEndpoint
from service.screening.outside.service import Failed, Later, Opinion
from service.screening.outside.signed_check import SignedCheck
from tests.screening.outside.peer import NOON, Peer, a_text

pytestmark = pytest.mark.anyio

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1jaGVjay0wMTIzNDU2Nzg5"
BUDGET_S = 20.0


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"false", {}, Opinion("publish", "not spam")),
        (b"true", {}, Opinion("hold", "spam")),
        (b"true\n", {}, Opinion("hold", "spam")),
        (b"true", {"X_akismet_pro_tip": "discard"}, Opinion("hold", "blatant spam", 1.0)),
    ],
)
async def test_akismet_says_spam_or_not(
    http: HttpClient, peer: Peer, body: bytes, headers: dict[str, str], expected: Opinion
) -> None:
    peer.answers(200, body, **headers)

    assert await Akismet("key-1", "https://news.example", peer.url).ask(http, a_text(), BUDGET_S) == expected


async def test_akismet_is_told_neither_name_nor_whole_address(http: HttpClient, peer: Peer) -> None:
    peer.answers(200, b"false")
    text = a_text("Käse & more", parent_id="019ab000-0000-7000-8000-000000000002")

    await Akismet("key-1", "https://news.example", peer.url).ask(http, text, BUDGET_S)

    told = {name: values[0] for name, values in parse_qs(peer.asked[0].body.decode()).items()}
    assert told == {
        "api_key": "key-1",
        "blog": "https://news.example",
        "user_ip": "198.51.100.0",
        "comment_type": "reply",
        "comment_author": text.author_id,
        "comment_content": "Käse & more",
        "comment_date_gmt": "2026-11-22T12:00:00+00:00",
        "blog_charset": "UTF-8",
        "permalink": "https://news.example/story-1",
    }


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"invalid"), (200, b""), (200, b"<html>"), (500, b"true"), (302, b"")]
)
async def test_akismet_without_a_verdict_has_failed(http: HttpClient, peer: Peer, status: int, body: bytes) -> None:
    peer.answers(status, body)

    with pytest.raises(Failed, match=str(status)):
        await Akismet("key-1", "https://news.example", peer.url).ask(http, a_text(), BUDGET_S)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"flagged": False, "category_scores": {"hate": 0.01}}, Opinion("publish", "hate 0.01", 0.01)),
        (
            {"flagged": True, "category_scores": {"hate": 0.2, "harassment": 0.93, "sexual": 0.1, "violence": 0.3}},
            Opinion("hold", "harassment 0.93, violence 0.30, hate 0.20", 0.93),
        ),
        ({"flagged": True}, Opinion("hold", "no category", None)),
    ],
)
async def test_moderation_endpoint_scores_categories(
    http: HttpClient, peer: Peer, result: dict[str, Any], expected: Opinion
) -> None:
    peer.answers(200, {"id": "modr-1", "model": "m", "results": [result]})

    said = await ModerationEndpoint(peer.url, "key-1", "omni").ask(http, a_text("Words"), BUDGET_S)

    assert said == expected
    assert peer.asked[0].headers["authorization"] == "Bearer key-1"
    assert msgspec.json.decode(peer.asked[0].body) == {"input": "Words", "model": "omni"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, b"{}"),
        (200, b"not json"),
        (200, {"results": []}),
        (200, {"results": [{"flagged": "perhaps"}]}),
        (200, {"results": [{"flagged": True, "category_scores": {"hate": 7}}]}),
        (200, {"results": [{"flagged": True, "category_scores": {"hate": None}}]}),
    ],
)
async def test_moderation_endpoint_that_lies_has_failed(http: HttpClient, peer: Peer, status: int, body: Any) -> None:
    peer.answers(status, body)

    with pytest.raises(Failed):
        await ModerationEndpoint(peer.url, None, None).ask(http, a_text(), BUDGET_S)


async def test_signed_check_can_verify_who_asks(http: HttpClient, peer: Peer) -> None:
    peer.answers(200, {"verdict": "hold", "detail": "on our list", "score": 0.8, "more": "ignored"})

    said = await SignedCheck(peer.url, SECRET).ask(http, a_text("Words", side="critics"), BUDGET_S)

    asked = peer.asked[0]
    signed = verify_standard([SECRET], asked.headers, asked.body, NOON)
    assert said == Opinion("hold", "on our list", 0.8)
    assert signed is not None
    assert signed.id == "019ab000-0000-7000-8000-000000000001.1"
    told = msgspec.json.decode(asked.body)
    assert (told["type"], told["timestamp"]) == ("comment.check", "2026-11-22T12:00:00Z")
    assert told["data"]["body"] == "Words"
    assert told["data"]["side"] == "critics"
    assert "name" not in told["data"]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"verdict": "publish"}, Opinion("publish", "no word why")),
        (202, b"", Later()),
        (204, b"", None),
    ],
)
async def test_signed_check_may_answer_later_or_not_at_all(
    http: HttpClient, peer: Peer, status: int, body: Any, expected: Opinion | Later | None
) -> None:
    peer.answers(status, body)

    assert await SignedCheck(peer.url, SECRET).ask(http, a_text(), BUDGET_S) == expected


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"verdict": "reject"}),
        (200, {"verdict": "hold", "score": 2}),
        (200, {"verdict": "hold", "detail": "x" * 501}),
        (200, b"\xff\xfe"),
        (404, b""),
        (301, b""),
    ],
)
async def test_signed_check_that_lies_has_failed(http: HttpClient, peer: Peer, status: int, body: Any) -> None:
    peer.answers(status, body)

    with pytest.raises(Failed):
        await SignedCheck(peer.url, SECRET).ask(http, a_text(), BUDGET_S)


async def test_answer_without_end_is_cut_off(http: HttpClient, peer: Peer) -> None:
    peer.answers(200, b"x" * (1024 * 1024))

    with pytest.raises(OutboundFailed, match="more than"):
        await SignedCheck(peer.url, SECRET).ask(http, a_text(), BUDGET_S)
