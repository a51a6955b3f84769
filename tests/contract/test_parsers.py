"""What strangers send, read by our own parsers: understood or refused, never anything else, and in time.

Which refusal a parser may raise is its promise; every other exception would be somebody's 500.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from time import process_time
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.comments.rules import markup, text
from service.entitlements.payloads.standard import read_standard
from service.entitlements.payloads.stripe import read_stripe
from service.infra.signatures import sign_standard, sign_stripe, verify_standard, verify_stripe
from service.infra.token_format import TokenRefused, open_token
from service.kernel import limits
from service.kernel.cursor import CURSOR_CHARS_MAX, pack, unpack
from service.kernel.problems import CursorInvalid, InvalidRequest
from service.threads.rules.asked import Asked, Place, asked_of
from service.threads.tree import ReplyPlace

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0wMTIzNDU2Nzg5"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=12), below, max_size=4),
    max_leaves=12,
)
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")


# Cursors and queries


def _spelled(value: Any) -> str:
    return urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode("ascii")


@given(
    st.one_of(
        st.text(max_size=CURSOR_CHARS_MAX + 4),
        JSON.map(_spelled),
        st.tuples(st.just("roots:newest::"), JSON).map(_spelled),
        st.tuples(st.just("roots:newest::"), st.tuples(st.uuids().map(str), JSON)).map(_spelled),
    ),
    st.sampled_from([Place, ReplyPlace, UUID, int]),
)
@settings(deadline=None)
def test_a_cursor_is_a_place_or_refused(cursor: str, kind: type[Any]) -> None:
    try:
        place = unpack("roots:newest::", cursor, kind)
    except CursorInvalid:
        return
    assert pack("roots:newest::", place) == cursor


@given(
    st.dictionaries(
        st.sampled_from(["sort", "side", "about", "limit", "replies", "cursor", "other"]),
        st.text(max_size=120) | st.integers().map(str) | st.sampled_from(["newest", "best", "", "\u0661", "+1", "1_0"]),
    )
)
def test_a_query_is_a_page_or_refused(query: dict[str, str]) -> None:
    try:
        asked = asked_of(query)
    except InvalidRequest:
        return
    assert 1 <= asked.limit <= limits.page_roots_max
    assert 0 <= asked.replies <= limits.page_replies_max
    if not set(query) - {"other"}:
        assert asked == Asked()


# Tokens


def _compact(*parts: Any) -> str:
    return ".".join(
        part if isinstance(part, str) else urlsafe_b64encode(part).rstrip(b"=").decode("ascii") for part in parts
    )


_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["ES256", "RS256", "EdDSA", "HS256", "none", "NONE", ""]) | JSON,
        "typ": st.sampled_from(["JWT", "at+jwt"]) | JSON,
        "kid": JSON,
        "crit": JSON,
        "b64": JSON,
        "jwk": JSON,
    },
)


@given(
    st.one_of(
        st.text(max_size=200),
        st.text("abcABC019-_.=", max_size=200),
        st.builds(_compact, st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=70)),
        st.builds(
            lambda header, claims, signature: _compact(
                msgspec.json.encode(header), msgspec.json.encode(claims), signature
            ),
            _HEADERS,
            JSON,
            st.binary(max_size=70),
        ),
    )
)
@example("." * 3)
@example(_compact(b'{"alg":""}', b"{}", b"x"))
@example(_compact(b"[" * 3_000, b"{}", b"x"))
@example(_compact(b'{"alg":"HS256"}', b'{"a":' * 2_000, b"x"))
@settings(deadline=None)
def test_a_token_is_opened_or_refused_in_words_that_do_not_repeat_it(token: str) -> None:
    refused: TokenRefused | None = None
    try:
        opened = open_token(token)
    except TokenRefused as error:
        refused = error
    if refused is None:
        assert opened.algorithm
        assert isinstance(opened.claims, dict)
    else:
        assert len(refused.refusal.words) < 500
        assert len(token) < 40 or token not in refused.refusal.words


# Webhooks

_HEADER_VALUES = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(["v1,", "v1=", "v2,", "t=", ",", " ", "=", "AAAA", "a" * 64, "1795341600"]), max_size=9
    ).map("".join),
    st.integers(-(10**12), 10**12).map(str),
)
_CALLS = st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "stripe-signature"]), _HEADER_VALUES
)


@given(_CALLS, st.binary(max_size=60))
@settings(deadline=None)
def test_headers_that_nobody_signed_are_no_signature(headers: dict[str, str], body: bytes) -> None:
    assert verify_standard([SECRET], headers, body, NOW) is None
    assert verify_stripe([SECRET], headers, body, NOW) is None


@given(st.binary(max_size=60), st.binary(max_size=60), _CALLS)
@settings(deadline=None)
def test_a_signature_is_for_its_own_body_and_headers(body: bytes, other: bytes, more: dict[str, str]) -> None:
    standard, stripe = sign_standard(SECRET, "msg_1", NOW, body), sign_stripe(SECRET, NOW, body)
    for headers, verify in ((standard, verify_standard), (stripe, verify_stripe)):
        assert verify([SECRET], headers, body, NOW) is not None
        assert (verify([SECRET], headers, other, NOW) is not None) == (other == body)
        if bent := {name: value for name, value in more.items() if name in headers and headers[name] != value}:
            assert verify([SECRET], {**headers, **bent}, body, NOW) is None


_SUBSCRIPTION = st.fixed_dictionaries(
    {},
    optional={
        "subscriber": JSON | st.text(max_size=10),
        "status": st.sampled_from(["active", "expired", "canceled", "past_due"]) | JSON,
        "plan": JSON,
        "valid_until": st.sampled_from(["2026-12-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]) | JSON,
        "subscription": JSON,
    },
)
_STANDARD = st.fixed_dictionaries(
    {"type": st.sampled_from(["subscription.updated", "subscription.", "invoice.paid"]) | JSON},
    optional={"timestamp": st.sampled_from(["2026-11-22T09:00:00Z", "9999-12-31T23:59:59-14:00"]) | JSON,
              "data": _SUBSCRIPTION | JSON},
)  # fmt: skip
_NUMBERS = st.integers(-(2**66), 2**66) | st.sampled_from([0, 1_795_000_000]) | JSON
_STRIPE_DATA = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("sub_1") | JSON,
        "status": st.sampled_from(["active", "canceled", "unpaid", "trialing"]) | JSON,
        "customer": st.just("cus_1") | JSON,
        "metadata": st.just({"subscriber": "reader-1"}) | JSON,
        "current_period_end": _NUMBERS,
        "cancel_at": _NUMBERS,
        "cancel_at_period_end": st.booleans() | JSON,
        "ended_at": _NUMBERS,
        "items": st.fixed_dictionaries({"data": st.lists(st.fixed_dictionaries(
            {}, optional={"current_period_end": _NUMBERS, "price": st.dictionaries(st.just("nickname"), JSON) | JSON}
        ), max_size=2)}) | JSON,
    },
)  # fmt: skip
_STRIPE = st.fixed_dictionaries(
    {"type": st.sampled_from(["customer.subscription.updated", "customer.subscription.deleted", "x"]) | JSON},
    optional={"id": JSON, "created": _NUMBERS, "data": st.fixed_dictionaries({"object": _STRIPE_DATA | JSON}) | JSON},
)


@pytest.mark.parametrize(("read", "made"), [(read_standard, _STANDARD), (read_stripe, _STRIPE)], ids=["own", "stripe"])
def test_the_body_of_a_call_is_understood_or_refused(read: Callable[[bytes, datetime], Any], made: Any) -> None:
    @given(st.one_of(st.binary(max_size=80), JSON.map(msgspec.json.encode), made.map(msgspec.json.encode)))
    @settings(deadline=None, max_examples=400)
    def try_one(body: bytes) -> None:
        with suppress(msgspec.DecodeError, InvalidRequest, UnicodeDecodeError):
            read(body, NOW)

    try_one()


# Markdown

_MARKS = st.sampled_from(
    [
        "*", "**", "_", "`", "```\n", "~~~\n", "> ", "- ", "1. ", "[", "]", "](", "(", ")", "<", ">", "&",
        "&#0;", "&#x110000;", "\\", "\n", "\n\n", "    ", "http://", "https://a.example/", "mailto:",
        "javascript:", "data:", "//a.example", '"', "'", "<script>", "<img src=x onerror=alert(1)>", "<!--",
        "]]>", "\u202e", "\u200b", "\u0301", "word", "é", "\U0001f600", "www.a.example", "%00", "%E2%80%AE",
        "@", "#", ":", "|", "![", "<svg/onload=", "\x00", "\ud800",
    ]
)  # fmt: skip


class _Elements(HTMLParser):
    """Elements as a browser would begin them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(st.lists(_MARKS | st.text(max_size=6), max_size=40).map("".join))
@settings(deadline=None, max_examples=400)
def test_a_text_becomes_allowed_elements_and_nothing_else(written: str) -> None:
    body = text.normal(written.encode("utf-8", "replace").decode())
    html = markup.render(body)
    for tag, attributes in _Elements(html).found:
        assert tag in markup.TAGS
        if tag != "a":
            assert attributes == {}
            continue
        assert set(attributes) <= {"href", "rel"}
        assert attributes["rel"] == markup.LINK_REL
        assert re.match(r"(?:https?://[^/@]|mailto:.)", attributes.get("href") or "mailto:x")
    assert len(markup.plain(body, 80)) <= 80


@pytest.mark.parametrize(
    "piece",
    [
        "[", "![", "[a](", "[a](b", "](", "[](", "[a]: b\n", "[\\", "[[[]]]", "*", "**", "_", "*a ", "**a",
        "_a_", "*_", "*a_", "a**b*", "`", "``a", "`a``", "<", "<a", "<http:", "<!--", "<?", "&", "&a", "&#",
        "&amp;", "\\", "> ", "- ", "1. ", "   - a\n", "> - ", "a\n> ", "http://", "http://a.b/(",
        "https://a.b/", "https://a.b/?c=d&", "www.", "@", "a@b.c ", "~~~\n", "```\n", "    a\n", "((", "\"'",
        "é*", "http://é.é ", "xn--", "\u3000", "\n\n", "e\u0301", "\u202e",
    ],
)  # fmt: skip
def test_no_text_takes_much_longer_to_render_than_twice_as_long_as_half_of_it(piece: str) -> None:
    """Doubled, a text may cost four times as much and some more, which a quadratic part of a parser does; but no
    power beyond that, and no text costs more than a hundred ordinary ones of its length."""
    ordinary = _rendered_s("An *ordinary* sentence of a comment. " * 300)
    whole = _rendered_s(piece * (limits.body_chars_max // len(piece)))
    half = _rendered_s(piece * (limits.body_chars_max // len(piece) // 2))
    assert whole < 100 * ordinary
    assert whole < 12 * max(half, ordinary)


def _rendered_s(written: str) -> float:
    """Processor seconds, the least of three tries: a ratio of these stands on a busy machine too."""

    def once() -> float:
        started = process_time()
        markup.render(text.normal(written))
        return max(process_time() - started, 1e-4)

    return min(once() for _ in range(3))
