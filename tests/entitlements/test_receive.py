"""Calls of the subscription system against a real PostgreSQL: taken once, in any order, or refused without effect."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from service.accounts.rules.notices import subject_hash
from service.entitlements import store
from service.entitlements.actions.receive import receive_call
from service.entitlements.problems import WebhookRefused
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.signatures import sign_standard
from service.infra.tools import Tools
from service.kernel.problems import InvalidRequest
from tests.entitlements.calls import OTHER_SECRET, SECRET, body_of, call, event, send

MINUTE = timedelta(minutes=1)


async def stored(db: Database, subject: str = "reader-1") -> list[tuple[str, datetime]]:
    async with db.read() as conn:
        return [(claim.status, claim.as_of) for claim in await store.claims_of(conn, subject)]


async def outcomes(db: Database) -> dict[str, str]:
    async with db.read() as conn:
        rows = await store.receipts(conn, subject=None, outcome=None, before=None, most=100)
    return {row.webhook_id: row.outcome for row in rows}


async def events(db: Database) -> list[dict[str, Any]]:
    async with db.read() as conn:
        rows = await conn.fetch("SELECT topic, payload FROM outbox_events ORDER BY id")
    assert {row["topic"] for row in rows} <= {"entitlement.changed"}
    return [row["payload"] for row in rows]


async def test_an_event_is_stored_with_its_receipt_and_told(tools: Tools, db: Database, clock: FixedClock) -> None:
    heard: list[bytes] = []
    tools.broadcast.subscribe("sc:reader", heard.append)
    now = clock.now()
    assert await call(tools, "msg_1", event("active", now, until=now + MINUTE)) is None
    async with db.read() as conn:
        [claim] = await store.claims_of(conn, "reader-1")
        [receipt] = await store.receipts(conn, subject="reader-1", outcome=None, before=None, most=10)
    assert (claim.source, claim.status, claim.plan, claim.valid_until) == ("webhook", "active", "yearly", now + MINUTE)
    assert (receipt.webhook_id, receipt.outcome, receipt.type, receipt.as_of) == (
        "msg_1",
        "applied",
        "subscription.updated",
        now,
    )
    assert receipt.body == event("active", now, until=now + MINUTE).decode()
    assert await events(db) == [
        {
            "reader_id": None,
            "subject_hash": subject_hash("reader-1"),
            "was": None,
            "now": "active",
            "valid_until": "2026-11-22T12:01:00Z",
        }
    ]
    assert [msgspec.json.decode(message) for message in heard] == [
        {"reader": None, "subject_hash": subject_hash("reader-1")}
    ]


async def test_a_known_reader_is_named_by_the_public_id(tools: Tools, db: Database, clock: FixedClock) -> None:
    reader_id = clock.new_id()
    async with db.read() as conn:
        await conn.execute(
            "INSERT INTO readers (id, subject, first_seen_at) VALUES ($1, 'reader-1', $2)", reader_id, clock.now()
        )
    await call(tools, "msg_1", event("active", clock.now()))
    assert [payload["reader_id"] for payload in await events(db)] == [str(reader_id)]


async def test_a_repeated_call_changes_nothing(tools: Tools, db: Database, clock: FixedClock) -> None:
    first = event("active", clock.now())
    assert await call(tools, "msg_1", first) is None
    assert await call(tools, "msg_1", first) is None
    # The same id counts once, whatever comes with it.
    assert await call(tools, "msg_1", event("refunded", clock.move(minutes=1))) is None
    assert await stored(db) == [("active", clock.now() - MINUTE)]
    assert await outcomes(db) == {"msg_1": "applied"}
    assert len(await events(db)) == 1


async def test_an_older_event_arriving_late_changes_nothing(tools: Tools, db: Database, clock: FixedClock) -> None:
    now = clock.now()
    await call(tools, "late", event("canceled", now))
    await call(tools, "early", event("active", now - MINUTE))
    assert await stored(db) == [("canceled", now)]
    assert await outcomes(db) == {"late": "applied", "early": "older"}
    assert len(await events(db)) == 1


async def test_at_the_same_instant_the_one_that_denies_wins(tools: Tools, db: Database, clock: FixedClock) -> None:
    now = clock.now()
    for number, statuses in enumerate((("active", "paused"), ("paused", "active"))):
        for each, status in enumerate(statuses):
            await call(tools, f"msg_{number}_{each}", event(status, now, subscriber=f"r{number}"))
    assert await stored(db, "r0") == await stored(db, "r1") == [("paused", now)]


async def test_news_that_changes_only_its_moment_is_not_told(tools: Tools, db: Database, clock: FixedClock) -> None:
    heard: list[bytes] = []
    await call(tools, "one", event("active", clock.now()))
    tools.broadcast.subscribe("sc:reader", heard.append)
    await call(tools, "two", event("active", clock.move(minutes=1)))
    assert await stored(db) == [("active", clock.now())]
    assert len(await events(db)) == 1
    assert heard == []


async def test_other_types_are_kept_and_change_nothing(tools: Tools, db: Database, clock: FixedClock) -> None:
    assert await call(tools, "msg_1", body_of(type="invoice.paid", anything={"at": ["all"]})) is None
    assert await call(tools, "msg_1", body_of(type="invoice.paid")) is None
    assert await outcomes(db) == {"msg_1": "ignored"}
    assert await events(db) == []


async def test_any_subscription_type_is_taken_by_its_status(tools: Tools, db: Database, clock: FixedClock) -> None:
    assert await call(tools, "msg_1", event("refunded", clock.now(), type_="subscription.something.new")) is None
    assert await stored(db) == [("refunded", clock.now())]


NOON = "2026-11-22T12:00:00Z"
GOOD_DATA = {"subscriber": "reader-1", "status": "active", "plan": None, "valid_until": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"not json", ""),
        (b"[]", ""),
        (b'{"type": "subscription.updated"', ""),
        (b"\xff\xfe", ""),
        (b'{"type": 1}', "type"),
        (b"[" * 100_000, ""),
        (body_of(timestamp=NOON, data=GOOD_DATA), ""),
        (body_of(type="subscription.updated", data=GOOD_DATA), ""),
        (body_of(type="subscription.updated", timestamp=NOON), ""),
        (body_of(type="subscription.updated", timestamp="yesterday", data=GOOD_DATA), "timestamp"),
        (body_of(type="subscription.updated", timestamp="2026-11-22T12:00:00", data=GOOD_DATA), "timestamp"),
        (body_of(type="subscription.updated", timestamp="2026-11-22T12:05:01Z", data=GOOD_DATA), "timestamp"),
        (body_of(type="subscription.updated", timestamp="0001-01-01T00:00:00+14:00", data=GOOD_DATA), "timestamp"),
        (body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"status": "vip"}), "data.status"),
        (body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"status": "none"}), "data.status"),
        (body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"subscriber": ""}), "data.subscriber"),
        (
            body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"subscriber": "a\0b"}),
            "data.subscriber",
        ),
        (body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"subscriber": 17}), "data.subscriber"),
        (
            body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"subscriber": "x" * 256}),
            "data.subscriber",
        ),
        (body_of(type="subscription.updated", timestamp=NOON, data=GOOD_DATA | {"extra": 1}), "data"),
        (
            body_of(
                type="subscription.updated",
                timestamp=NOON,
                data=GOOD_DATA | {"valid_until": "9999-12-31T23:59:59-14:00"},
            ),
            "data.valid_until",
        ),
        (body_of(type="subscription.updated", timestamp=NOON, data=None), "data"),
    ],
)
async def test_a_signed_but_wrong_call_is_refused_and_kept(tools: Tools, db: Database, body: bytes, field: str) -> None:
    headers = sign_standard(SECRET, "msg_1", tools.clock.now(), body)
    for _ in range(2):
        with pytest.raises(InvalidRequest) as refused:
            await receive_call(tools, headers, body)
        assert refused.value.members["errors"][0]["field"] == field
    async with db.read() as conn:
        [receipt] = await store.receipts(conn, subject=None, outcome="invalid", before=None, most=10)
    assert receipt.webhook_id == "msg_1"
    assert receipt.detail == refused.value.detail
    assert receipt.body == body.decode("utf-8", "replace").replace("\0", "\ufffd")
    assert await stored(db) == []
    assert await events(db) == []


async def test_a_call_that_was_wrong_once_may_come_again_right(tools: Tools, db: Database, clock: FixedClock) -> None:
    assert await call(tools, "msg_1", b"{}") == "invalid-request"
    assert await call(tools, "msg_1", event("active", clock.now())) is None
    assert await stored(db) == [("active", clock.now())]
    assert await outcomes(db) == {"msg_1": "applied"}


async def test_the_senders_clock_may_be_five_minutes_ahead(tools: Tools, db: Database, clock: FixedClock) -> None:
    assert await call(tools, "msg_1", event("active", clock.now() + 5 * MINUTE)) is None
    assert await stored(db) == [("active", clock.now() + 5 * MINUTE)]


async def test_a_call_that_is_not_theirs_is_refused_without_detail_or_trace(
    tools: Tools, db: Database, clock: FixedClock
) -> None:
    body = event("active", clock.now())
    right = sign_standard(SECRET, "msg_1", clock.now(), body)
    bent = [
        {},
        {name: value for name, value in right.items() if name != "webhook-id"},
        right | {"webhook-signature": "v1," + "A" * 43 + "="},
        right | {"webhook-id": "msg_2"},
        sign_standard("whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==", "msg_1", clock.now(), body),
        sign_standard(SECRET, "msg_1", clock.now() - timedelta(seconds=301), body),
        sign_standard(SECRET, "msg_1", clock.now() + timedelta(seconds=301), body),
    ]
    words = set()
    for headers in bent:
        with pytest.raises(WebhookRefused) as refused:
            await receive_call(tools, headers, body)
        words.add((refused.value.detail, str(refused.value.members), str(refused.value.headers)))
    assert len(words) == 1
    assert await send(tools, right, body + b" ") == "webhook-refused"
    assert await stored(db) == []
    assert await outcomes(db) == {}


async def test_every_configured_secret_is_good_and_none_is_when_none_is_configured(
    tools: Tools, db: Database, clock: FixedClock
) -> None:
    assert await call(tools, "one", event("active", clock.now())) is None
    assert await call(tools, "two", event("active", clock.now()), OTHER_SECRET) is None
    bare = msgspec.structs.replace(tools, settings=msgspec.structs.replace(tools.settings, webhook_secrets=()))
    assert await call(bare, "three", event("active", clock.now())) == "webhook-refused"


async def test_what_became_of_calls_is_counted(tools: Tools, clock: FixedClock) -> None:
    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("comments_subscription_calls_total", {"outcome": outcome}) or 0.0

    def lag() -> tuple[float, float]:
        names = ("comments_entitlement_lag_seconds_count", "comments_entitlement_lag_seconds_sum")
        count, total = (REGISTRY.get_sample_value(name) or 0.0 for name in names)
        return count, total

    kinds = ("applied", "older", "repeated", "ignored", "invalid", "refused")
    before, lag_before = {kind: counted(kind) for kind in kinds}, lag()
    now = clock.now()
    await call(tools, "one", event("active", now - timedelta(seconds=3)))
    await call(tools, "one", event("active", now))
    await call(tools, "two", event("active", now - MINUTE))
    await call(tools, "three", body_of(type="other"))
    await call(tools, "four", b"{}")
    await send(tools, {}, b"{}")
    assert {kind: counted(kind) - before[kind] for kind in kinds} == dict.fromkeys(kinds, 1.0)
    assert (lag()[0] - lag_before[0], lag()[1] - lag_before[1]) == (1.0, 3.0)


async def test_receipts_past_their_days_are_swept(tools: Tools, db: Database, clock: FixedClock) -> None:
    await call(tools, "old", event("active", clock.now()))
    clock.move(days=1)
    await call(tools, "new", event("active", clock.now()))
    async with db.read() as conn:
        assert await store.sweep_receipts(conn, clock.now(), 10) == 1
    assert set(await outcomes(db)) == {"new"}
