"""Webhook signatures: what the two schemes' own definitions give, and everything bent is refused."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from standardwebhooks import Webhook

from service.infra import signatures
from service.infra.signatures import sign_standard, sign_stripe, standard_key, verify_standard, verify_stripe

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECONDS = "1795348800"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret of thirty-two b..").decode()
BODY = '{"type":"subscription.updated","data":{"subscriber":"zoë"}}'.encode()


def by_hand(secret: str, message_id: str, seconds: str, body: bytes) -> str:
    """The signature as the specification's text defines it, computed apart from the code under test."""
    key = base64.b64decode(secret[len("whsec_") :])
    mac = hmac.new(key, message_id.encode() + b"." + seconds.encode() + b"." + body, sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def headers(**changed: str | None) -> dict[str, str]:
    given: dict[str, str | None] = {
        "webhook-id": "msg_1",
        "webhook-timestamp": SECONDS,
        "webhook-signature": by_hand(SECRET, "msg_1", SECONDS, BODY),
    }
    given.update({name.replace("_", "-"): value for name, value in changed.items()})
    return {name: value for name, value in given.items() if value is not None}


GOOD = by_hand(SECRET, "msg_1", SECONDS, BODY)


def test_the_moment_of_the_vectors_is_the_one_meant() -> None:
    assert str(int(NOW.timestamp())) == SECONDS


@pytest.mark.parametrize(
    ("message_id", "body"),
    [
        ("msg_1", BODY),
        ("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'),
        ("a", b""),
        ("evt.with.dots", b"\n\n"),
        ("x" * 255, bytes(range(32, 127)) * 100),
        ("m", "日本語 🙂".encode()),
    ],
)
def test_a_right_signature_is_accepted_and_ours_is_the_same(message_id: str, body: bytes) -> None:
    expected = by_hand(SECRET, message_id, SECONDS, body)
    made = sign_standard(SECRET, message_id, NOW, body)
    assert made == {"webhook-id": message_id, "webhook-timestamp": SECONDS, "webhook-signature": expected}
    assert verify_standard([SECRET], made, body, NOW) == signatures.Signed(message_id, NOW)
    assert Webhook(SECRET).sign(message_id, NOW, body.decode()) == expected


@pytest.mark.parametrize("off_s", [-300, -299, -1, 0, 1, 299, 300])
def test_a_call_within_the_tolerance_is_accepted(off_s: int) -> None:
    sent = NOW + timedelta(seconds=off_s)
    assert verify_standard([SECRET], sign_standard(SECRET, "m", sent, BODY), BODY, NOW) is not None
    assert verify_stripe([SECRET], sign_stripe(SECRET, sent, BODY), BODY, NOW) is not None


@pytest.mark.parametrize("off_s", [-86_400, -301, 301, 3_600, 10**9])
def test_a_call_outside_the_tolerance_is_refused(off_s: int) -> None:
    sent = NOW + timedelta(seconds=off_s)
    assert verify_standard([SECRET], sign_standard(SECRET, "m", sent, BODY), BODY, NOW) is None
    assert verify_stripe([SECRET], sign_stripe(SECRET, sent, BODY), BODY, NOW) is None


@pytest.mark.parametrize(
    "given",
    [
        headers(webhook_id=None),
        headers(webhook_timestamp=None),
        headers(webhook_signature=None),
        headers(webhook_id=""),
        headers(webhook_id="msg_2"),
        headers(webhook_id="msg_1 "),
        headers(webhook_id="x" * 256, webhook_signature=by_hand(SECRET, "x" * 256, SECONDS, BODY)),
        headers(webhook_id="ü", webhook_signature=by_hand(SECRET, "ü", SECONDS, BODY)),
        headers(webhook_timestamp=""),
        headers(webhook_timestamp=f"{SECONDS}.0", webhook_signature=by_hand(SECRET, "msg_1", f"{SECONDS}.0", BODY)),
        headers(webhook_timestamp=f" {SECONDS}", webhook_signature=by_hand(SECRET, "msg_1", f" {SECONDS}", BODY)),
        headers(webhook_timestamp=f"+{SECONDS}", webhook_signature=by_hand(SECRET, "msg_1", f"+{SECONDS}", BODY)),
        headers(webhook_timestamp="nan", webhook_signature=by_hand(SECRET, "msg_1", "nan", BODY)),
        headers(webhook_timestamp="inf", webhook_signature=by_hand(SECRET, "msg_1", "inf", BODY)),
        headers(webhook_timestamp="9" * 11, webhook_signature=by_hand(SECRET, "msg_1", "9" * 11, BODY)),
        headers(webhook_timestamp="9" * 400, webhook_signature=by_hand(SECRET, "msg_1", "9" * 400, BODY)),
        headers(webhook_timestamp="١٧٩٥٣٤٨٨٠٠", webhook_signature=by_hand(SECRET, "msg_1", "١٧٩٥٣٤٨٨٠٠", BODY)),
        headers(webhook_signature=""),
        headers(webhook_signature="v1"),
        headers(webhook_signature="v1,"),
        headers(webhook_signature="v1,=== not base64 ==="),
        headers(webhook_signature=GOOD.removeprefix("v1,")),
        headers(webhook_signature=GOOD.replace("v1,", "v2,")),
        headers(webhook_signature=GOOD.replace("v1,", "v1a,")),
        headers(webhook_signature=GOOD.replace("v1,", "V1,")),
        headers(webhook_signature=GOOD[:-3] + "AA="),
        headers(webhook_signature=GOOD[:20]),
        headers(webhook_signature=GOOD + "A"),
        headers(webhook_signature=by_hand(OTHER, "msg_1", SECONDS, BODY)),
        headers(webhook_signature="v1," + base64.b64encode(bytes(32)).decode()),
        headers(webhook_signature=" ".join([by_hand(OTHER, "msg_1", SECONDS, BODY)] * 40 + [GOOD])),
        {name.title(): value for name, value in headers().items()},
        {},
    ],
)
def test_a_bent_call_is_refused(given: dict[str, str]) -> None:
    assert verify_standard([SECRET], given, BODY, NOW) is None


def test_a_changed_body_is_refused() -> None:
    for body in (b"", BODY + b" ", BODY.replace(b"updated", b"deleted"), BODY[:-1]):
        assert verify_standard([SECRET], headers(), body, NOW) is None


def test_any_of_several_signatures_and_of_several_secrets_is_enough() -> None:
    both = headers(webhook_signature=f"v2,abc v1,!! {by_hand(OTHER, 'msg_1', SECONDS, BODY)} {GOOD}")
    assert verify_standard([SECRET], both, BODY, NOW) is not None
    assert verify_standard([OTHER, SECRET], headers(), BODY, NOW) is not None
    assert verify_standard([], headers(), BODY, NOW) is None


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_short", "whsec_***", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_é"]
)
def test_a_secret_that_is_none_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_") as refused:
        standard_key(secret)
    assert secret.removeprefix("whsec_") not in str(refused.value) or secret == "whsec_"


def test_a_secret_may_come_without_its_padding() -> None:
    secret = "whsec_" + base64.b64encode(b"x" * 25).decode().rstrip("=")
    assert standard_key(secret) == b"x" * 25


def test_a_time_without_its_zone_is_not_signed() -> None:
    with pytest.raises(ValueError, match="zone"):
        sign_standard(SECRET, "m", NOW.replace(tzinfo=None), BODY)


def stripe_by_hand(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, sha256).hexdigest()


def test_a_stripe_signature_is_accepted() -> None:
    right = stripe_by_hand(SECRET, SECONDS, BODY)
    assert sign_stripe(SECRET, NOW, BODY) == {"stripe-signature": f"t={SECONDS},v1={right}"}
    for header in (
        f"t={SECONDS},v1={right}",
        f"t={SECONDS},v0=ab,v1={'0' * 64},v1={right}",
        f"v1={right.upper()},t={SECONDS}",
    ):
        assert verify_stripe([OTHER, SECRET], {"stripe-signature": header}, BODY, NOW) == signatures.Signed(None, NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"t={SECONDS}",
        f"v1={stripe_by_hand(SECRET, SECONDS, BODY)}",
        f"t={SECONDS},v0={stripe_by_hand(SECRET, SECONDS, BODY)}",
        f"t={SECONDS},v1={stripe_by_hand(SECRET, SECONDS, BODY)[:-2]}",
        f"t={SECONDS},v1={stripe_by_hand(SECRET, SECONDS, BODY)}00",
        f"t={SECONDS},v1=zz{stripe_by_hand(SECRET, SECONDS, BODY)[2:]}",
        f"t={SECONDS},v1={stripe_by_hand(OTHER, SECONDS, BODY)}",
        f"t={SECONDS},t={SECONDS},v1={stripe_by_hand(SECRET, SECONDS, BODY)}",
        f"t=x,v1={stripe_by_hand(SECRET, 'x', BODY)}",
        f"t=-1,v1={stripe_by_hand(SECRET, '-1', BODY)}",
    ],
)
def test_a_bent_stripe_signature_is_refused(header: str) -> None:
    assert verify_stripe([SECRET], {"stripe-signature": header}, BODY, NOW) is None
