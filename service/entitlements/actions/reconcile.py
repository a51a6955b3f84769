"""Reconciling: what the subscription system lists is compared with what its calls have told, and the newer applied.

Calls get lost: a receiver was down for longer than the sender tried, or an endpoint was configured late. The list
heals that without any special case, because an entry is news like any other: as of its timestamp, and older than what
is known it changes nothing. So it may run at any time, beside arriving calls, and again after it was broken off.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from service.entitlements import store
from service.entitlements.actions.apply import Applied, announce, apply_news
from service.entitlements.payloads.listing import ListPage, read_listed, read_page
from service.entitlements.rules import Known, supersedes
from service.infra.sql import Connection
from service.infra.tools import Tools
from service.kernel.problems import InvalidRequest

# Asks for a page by its URL; ReconcileFailed when there is no answer to be had.
Fetch = Callable[[str], Awaitable[bytes]]

_PAGES_MAX: Final = 100_000
_FAULTS_SHOWN_MAX: Final = 20


class ReconcileFailed(Exception):
    """The list could not be read to its end; what was read until then is applied. The text is one line."""


class Summary(msgspec.Struct):
    """What a run found. `changed` counts the applied ones whose stored state is another one now."""

    pages: int = 0
    read: int = 0
    applied: int = 0
    changed: int = 0
    unchanged: int = 0
    invalid: int = 0
    # The first entries that could not be read: page, place on it, and what is wrong.
    faults: list[str] = msgspec.field(default_factory=list)


async def reconcile(tools: Tools, fetch: Fetch, url: str, summary: Summary) -> None:
    """Reads every page from `url` on and applies what is newer, counting in `summary` as it goes.

    ReconcileFailed when a page cannot be had or read, leads to another host, or leads back to where we were.
    """
    seen: set[str] = set()
    here: str | None = url
    while here is not None:
        if here in seen or len(seen) >= _PAGES_MAX:
            raise ReconcileFailed(f"page {len(seen)} leads back to one that was read already")
        seen.add(here)
        page = _page(await fetch(here), summary.pages + 1)
        summary.pages += 1
        await _apply_page(tools, page, summary)
        here = None if page.next is None else _next_url(url, here, page.next)


def _page(body: bytes, number: int) -> ListPage:
    try:
        return read_page(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReconcileFailed(f"page {number} is not a list of subscriptions: {error}") from error


def _next_url(first: str, here: str, following: str) -> str:
    """The next page's URL, which may be relative. It stays at the first one's origin, for the token goes along."""
    url = urljoin(here, following)
    if _origin(url) != _origin(first):
        raise ReconcileFailed("`next` leads to another origin than the list's, and the token is not for that one")
    return url


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


async def _apply_page(tools: Tools, page: ListPage, summary: Summary) -> None:
    grace = timedelta(days=tools.settings.past_due_grace_days)
    listed = _listed(tools, page, summary)
    # Most of a list is old news: it is sorted out by one query a page.
    async with tools.db.read() as conn:
        rows = await store.webhook_claims_of_many(conn, sorted({subject for subject, _ in listed}))
    known = {(row.subject, row.subscription): row.known() for row in rows}
    for subject, news in listed:
        if not supersedes(news, known.get((subject, news.subscription)), grace):
            summary.unchanged += 1
            continue
        applied = await _apply(tools, grace, subject, news)
        summary.applied += applied.outcome == "applied"
        summary.unchanged += applied.outcome != "applied"
        summary.changed += applied.changed


def _listed(tools: Tools, page: ListPage, summary: Summary) -> list[tuple[str, Known]]:
    found = []
    now = tools.clock.now()
    for place, entry in enumerate(page.subscriptions, start=1):
        summary.read += 1
        try:
            found.append(read_listed(entry, now))
        except (InvalidRequest, msgspec.ValidationError, msgspec.DecodeError) as error:
            summary.invalid += 1
            if len(summary.faults) < _FAULTS_SHOWN_MAX:
                summary.faults.append(f"page {summary.pages}, entry {place}: {error}")
    return found


async def _apply(tools: Tools, grace: timedelta, subject: str, news: Known) -> Applied:
    async def work(conn: Connection) -> Applied:
        return await apply_news(conn, tools.clock, grace, subject, news, None)

    applied = await tools.db.in_transaction(work)
    announce(tools.broadcast, tools.clock, subject, news, applied)
    # A long list must not keep this process from anything else that it does.
    await asyncio.sleep(0)
    return applied
