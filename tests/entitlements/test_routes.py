"""The subscription webhook and the operators' view of it, over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import jwt
import msgspec

from service.infra.clock import SystemClock
from service.infra.signatures import sign_standard
from tests.builders import a_story, post
from tests.entitlements.calls import body_of, event
from tests.site import WEBHOOK_SECRET, Site


def now() -> datetime:
    return SystemClock().now()


def send(site: Site, body: bytes, under: str | None = None, **headers: str) -> httpx2.Response:
    signed = sign_standard(WEBHOOK_SECRET, under or str(uuid4()), now(), body)
    with site.api() as api:
        return api.post(
            "/v1/webhooks/subscriptions",
            content=body,
            headers={
                "Content-Type": "application/json",
                **signed,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )


def test_a_cancellation_closes_the_door_for_a_token_that_is_still_valid(site: Site) -> None:
    story = a_story(site)
    with site.api("subscriber") as api:
        assert post(api, story).status_code == 201
        assert api.get("/v1/me").json()["entitlement"]["status"] == "active"
        answer = send(site, event("canceled", now(), subscriber="demo-subscriber"))
        assert (answer.status_code, answer.content) == (204, b"")
        refused = post(api, story)
        me = api.get("/v1/me").json()
        # The composer is gone, what belongs to the reader is not.
        assert api.get(f"/v1/me/stories/{story}").status_code == 200
    assert refused.status_code == 403
    problem = refused.json()
    assert problem["type"] == "/problems/subscription-required"
    assert problem["subscribe_url"] == "https://news.example/subscribe"
    assert problem["entitlement"] == me["entitlement"]
    assert (me["entitlement"]["status"], me["entitlement"]["entitled"], me["entitlement"]["source"]) == (
        "canceled",
        False,
        "webhook",
    )
    assert me["gate"]["problem"] == "subscription-required"
    assert me["gate"]["message"] == problem["detail"]
    assert me["gate"]["links"]["subscribe_url"] == "https://news.example/subscribe"


def test_a_webhook_lets_a_reader_in_whose_token_says_nothing(site: Site) -> None:
    story = a_story(site)
    with site.api("reader") as api:
        assert post(api, story).status_code == 403
        until = now() + timedelta(days=30)
        assert send(site, event("active", now(), subscriber="demo-reader", until=until)).status_code == 204
        assert post(api, story).status_code == 201
        entitlement = api.get("/v1/me").json()["entitlement"]
    assert (entitlement["entitled"], entitlement["source"]) == (True, "webhook")
    assert datetime.fromisoformat(entitlement["valid_until"]) == until


def test_bent_calls_are_all_answered_alike_and_change_nothing(site: Site) -> None:
    body = event("active", now(), subscriber="demo-reader")
    bent = [
        send(site, body, webhook_signature="v1,AAAA"),
        send(site, body, webhook_signature=""),
        send(site, body, webhook_id="another"),
        send(site, body, webhook_timestamp=str(int(now().timestamp()) - 301)),
        send(site, body, webhook_timestamp="soon"),
    ]
    with site.api() as api:
        bent.append(api.post("/v1/webhooks/subscriptions", json={"type": "x"}))
        bent.append(api.post("/v1/webhooks/subscriptions"))
    assert [answer.status_code for answer in bent] == [401] * len(bent)
    documents = [answer.json() | {"request_id": ""} for answer in bent]
    assert documents == [documents[0]] * len(bent)
    assert documents[0]["type"] == "/problems/webhook-refused"
    with site.api("reader") as api:
        assert api.get("/v1/me").json()["entitlement"]["entitled"] is False


def test_signed_but_wrong_bodies_are_refused_by_their_field(site: Site) -> None:
    wrong = send(site, body_of(type="subscription.updated", timestamp=now(), data={"subscriber": "x", "status": "vip"}))
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-request")
    assert [error["field"] for error in wrong.json()["errors"]] == ["data.status"]
    no_json = (b"{", b"\xff", b"[" * 30_000, b'{"type":"\\u0000"}', b'{"type":"x\x00"}', b"null", b'"text"', b"17")
    for number, body in enumerate(no_json):
        assert send(site, body, f"msg_{number}").status_code == 422, body
        assert send(site, body, webhook_signature="v1,AAAA").status_code == 401, body
    with site.api("admin") as api:
        kept = api.get("/v1/admin/entitlements/receipts", params={"outcome": "invalid"}).json()["receipts"]
    assert {f"msg_{number}" for number in range(len(no_json))} < {receipt["webhook_id"] for receipt in kept}
    large = send(site, body_of(type="other", padding="x" * 70_000))
    assert large.status_code == 413


def test_operators_see_what_was_sent_and_what_became_of_it(site: Site) -> None:
    for number in range(5):
        send(site, event("active", now(), subscriber=f"reader-{number % 2}"), f"msg_{number}")
    send(site, b'{"type": "subscription.updated"}', "msg_wrong")
    with site.api("admin") as api:
        every = api.get("/v1/admin/entitlements/receipts").json()
        assert [row["webhook_id"] for row in every["receipts"]] == ["msg_wrong", *(f"msg_{n}" for n in (4, 3, 2, 1, 0))]
        assert every["next_cursor"] is None
        walked, cursor = [], None
        while True:
            query = {"subscriber": "reader-0", "limit": "2", **({"cursor": cursor} if cursor else {})}
            page = api.get("/v1/admin/entitlements/receipts", params=query).json()
            walked += [row["webhook_id"] for row in page["receipts"]]
            if not (cursor := page["next_cursor"]):
                break
            other = api.get("/v1/admin/entitlements/receipts", params={"cursor": cursor})
            assert (other.status_code, other.json()["type"]) == (400, "/problems/cursor-invalid")
        assert walked == ["msg_4", "msg_2", "msg_0"]
        [wrong] = api.get("/v1/admin/entitlements/receipts", params={"outcome": "invalid"}).json()["receipts"]
        assert wrong["body"] == '{"type": "subscription.updated"}'
        assert "timestamp" in wrong["detail"]
        record = api.get("/v1/admin/entitlements/reader-1").json()
        unknown = api.get("/v1/admin/entitlements/nobody%20here").json()
        assert api.get("/v1/admin/entitlements/receipts", params={"limit": "0"}).status_code == 422
        assert api.get("/v1/admin/entitlements/receipts", params={"outcome": "fine"}).status_code == 422
        assert api.get("/v1/admin/entitlements/receipts", params={"subscriber": "a\0b"}).status_code in (400, 404, 422)
    assert record["entitlement"]["entitled"] is True
    assert [(claim["source"], claim["status"]) for claim in record["claims"]] == [("webhook", "active")]
    assert [row["webhook_id"] for row in record["receipts"]] == ["msg_3", "msg_1"]
    assert (unknown["subscriber"], unknown["claims"], unknown["entitlement"]["status"]) == ("nobody here", [], "none")
    for part in ("moderator", "editor", "service", "reader", None):
        with site.api(part) as api:
            expected = 401 if part is None else 403
            assert api.get("/v1/admin/entitlements/receipts").status_code == expected
            assert api.get("/v1/admin/entitlements/reader-1").status_code == expected


def test_an_older_token_does_not_outvote_a_newer_one(site: Site) -> None:
    story = a_story(site)
    issued = int(now().timestamp())
    older = site.token("subscriber", "kim")
    newer = _token(site, "kim", "paused", issued + 1)
    silent = _token(site, "kim", None, issued + 2)
    with httpx2.Client(base_url=site.url, timeout=20, trust_env=False) as api:

        def status_with(token: str) -> str:
            answer = api.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
            status: str = answer.raise_for_status().json()["entitlement"]["status"]
            return status

        assert status_with(older) == "active"
        assert status_with(newer) == "paused"
        assert status_with(older) == "paused"
        # The newest token says nothing any more; then nothing is known.
        assert status_with(silent) == "none"
        assert status_with(older) == status_with(newer) == "none"
        api.headers["Authorization"] = f"Bearer {older}"
        assert post(api, story).json()["type"] == "/problems/subscription-required"


def _token(site: Site, subject: str, status: str | None, issued_at: int) -> str:
    settings = site.settings
    claims = {
        "iss": settings.reader_issuer,
        "aud": settings.reader_audience,
        "sub": subject,
        "iat": issued_at,
        "exp": issued_at + 600,
        **({"subscription": {"status": status, "plan": None, "valid_until": None}} if status else {}),
    }
    return jwt.encode(claims, settings.reader_secret or "", algorithm="HS256")


def test_times_on_the_wire_are_utc(site: Site) -> None:
    until = datetime(2099, 1, 1, tzinfo=UTC)
    send(site, event("canceled", now(), subscriber="demo-reader", until=until))
    with site.api("reader") as api:
        raw = api.get("/v1/me").content
    assert b'"valid_until":"2099-01-01T00:00:00Z"' in raw
    assert msgspec.json.decode(raw)["entitlement"]["status"] == "canceled"
