"""Reconciling with the subscription system's list: what is newer is applied, and only that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from service.entitlements import store
from service.entitlements.actions.reconcile import ReconcileFailed, Summary, reconcile
from service.infra.clock import FixedClock
from service.infra.postgres import Database
from service.infra.tools import Tools
from tests.entitlements.calls import body_of, call, event

MINUTE = timedelta(minutes=1)
URL = "https://subscriptions.example/list"


def listed(subscriber: str, status: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"subscriber": subscriber, "status": status, "plan": "yearly", "valid_until": None, "timestamp": at, **more}


class Listing:
    """The subscription system's list: pages by URL, and what was asked for."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages, self.asked = pages, list[str]()

    async def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pages[url]


def one_page(*entries: object, following: str | None = None) -> bytes:
    return body_of(subscriptions=list(entries), next=following)


async def run(tools: Tools, pages: dict[str, bytes]) -> Summary:
    summary = Summary()
    await reconcile(tools, Listing(pages).fetch, URL, summary)
    return summary


async def states(db: Database, *subjects: str) -> list[list[str]]:
    async with db.read() as conn:
        return [[claim.status for claim in await store.claims_of(conn, subject)] for subject in subjects]


async def test_what_is_newer_is_applied_and_what_is_older_changes_nothing(
    tools: Tools, db: Database, clock: FixedClock
) -> None:
    now = clock.now()
    await call(tools, "one", event("active", now - 2 * MINUTE, subscriber="missed"))
    await call(tools, "two", event("canceled", now, subscriber="ahead"))
    await call(tools, "three", event("active", now - MINUTE, subscriber="same"))
    heard: list[bytes] = []
    tools.broadcast.subscribe("sc:reader", heard.append)
    page = one_page(
        listed("missed", "canceled", now - MINUTE),
        listed("ahead", "active", now - MINUTE),
        listed("same", "active", now - MINUTE),
        listed("new", "trialing", now - MINUTE),
    )
    summary = await run(tools, {URL: page})
    assert (summary.pages, summary.read, summary.applied, summary.changed, summary.unchanged, summary.invalid) == (
        1, 4, 2, 2, 2, 0,
    )  # fmt: skip
    assert await states(db, "missed", "ahead", "same", "new") == [["canceled"], ["canceled"], ["active"], ["trialing"]]
    assert len(heard) == 2
    again = await run(tools, {URL: page})
    assert (again.read, again.applied, again.unchanged) == (4, 0, 4)
    assert len(heard) == 2


async def test_every_page_is_read_and_a_wrong_entry_fails_alone(tools: Tools, db: Database, clock: FixedClock) -> None:
    now = clock.now()
    listing = Listing(
        {
            URL: one_page(listed("a", "active", now), {"subscriber": "b"}, following="?page=2"),
            f"{URL}?page=2": one_page(
                listed("c", "vip", now),
                listed("d", "active", now + 6 * MINUTE),
                listed("e", "active", now, surprise=1),
                17,
                following="/list?page=3",
            ),
            f"{URL}?page=3": one_page(listed("f", "paused", now)),
        }
    )
    summary = Summary()
    await reconcile(tools, listing.fetch, URL, summary)
    assert listing.asked == [URL, f"{URL}?page=2", f"{URL}?page=3"]
    assert (summary.pages, summary.read, summary.applied, summary.invalid) == (3, 7, 2, 5)
    assert [fault.partition(":")[0] for fault in summary.faults] == [
        "page 1, entry 2", "page 2, entry 1", "page 2, entry 2", "page 2, entry 3", "page 2, entry 4",
    ]  # fmt: skip
    assert await states(db, "a", "f", "c") == [["active"], ["paused"], []]


async def test_several_subscriptions_of_one_subscriber_are_told_apart(
    tools: Tools, db: Database, clock: FixedClock
) -> None:
    now = clock.now()
    await run(
        tools,
        {
            URL: one_page(
                listed("a", "canceled", now, subscription="sub_1"), listed("a", "active", now, subscription="sub_2")
            )
        },
    )
    assert await states(db, "a") == [["canceled", "active"]]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (lambda _: one_page(following=URL), "read already"),
        (lambda _: one_page(following="https://elsewhere.example/list"), "origin"),
        (lambda _: one_page(following="http://subscriptions.example/list"), "origin"),
        (lambda _: one_page(following="https://subscriptions.example:8443/list"), "origin"),
        (lambda _: b"<html>", "page 1 is not a list"),
        (lambda _: b"[]", "page 1 is not a list"),
        (lambda _: b'{"subscriptions": [], "more": true}', "page 1 is not a list"),
        (lambda now: msgspec.json.encode({"subscriptions": {"a": listed("a", "active", now)}}), "page 1 is not a list"),
    ],
)
async def test_a_list_that_cannot_be_followed_is_broken_off(
    tools: Tools, clock: FixedClock, page: Callable[[datetime], bytes], words: str
) -> None:
    with pytest.raises(ReconcileFailed, match=words):
        await run(tools, {URL: page(clock.now())})


async def test_what_was_read_before_the_break_stays(tools: Tools, db: Database, clock: FixedClock) -> None:
    pages = {URL: one_page(listed("a", "active", clock.now()), following="?page=2"), f"{URL}?page=2": b"oops"}
    with pytest.raises(ReconcileFailed, match="page 2"):
        await run(tools, pages)
    assert await states(db, "a") == [["active"]]
