"""What is done by the clock: one table.

A sweep handles a bounded number of rows and is safe to run in several workers at once: rows that another one holds are
skipped, and deleting what is gone already deletes nothing. One that found as much as it may take runs again at once.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import structlog
from prometheus_client import Counter, Gauge, Histogram

from service.audit.actions.seal import seal
from service.bulk_decisions import store as bulk_decisions
from service.comments import store as comments
from service.comments.actions.announce_votes import announce_votes
from service.entitlements import store as entitlements
from service.infra.tools import Tools
from service.kernel import limits
from service.kernel.problems import Unavailable
from service.moderation.actions.teach import teach_when_due
from service.notices import store as notices
from service.outbox import store as outbox
from service.records import store as records
from service.review_queue import store as review_queue
from service.statistics.actions.figures import sum_up_days
from service.stories.actions import close_due

_log = structlog.get_logger(__name__)
_ROWS = Counter("sweep_rows_total", "What a sweep handled", ["sweep"])
_FAILURES = Counter("sweep_failures_total", "Runs of a sweep that failed", ["sweep"])
_SECONDS = Histogram("sweep_seconds", "How long a run took", ["sweep"], buckets=(0.005, 0.025, 0.1, 0.5, 2.5, 10))
_OUTBOX_WAITING = Gauge("outbox_waiting", "Events that wait to be sent on")
_OUTBOX_AGE = Gauge("outbox_age_seconds", "For how long the oldest event has waited")
_OUTBOX_SET_ASIDE = Gauge("outbox_set_aside", "Events that were set aside")
_QUEUE_DRIFT = Gauge("review_queue_drift", "Sites and queues whose kept count is wrong, which should be none")


class Sweep(msgspec.Struct, frozen=True):
    """`run` is given the most rows that it may handle, and answers how many it did."""

    name: str
    every_s: float
    run: Callable[[Tools, int], Awaitable[int]]


async def _announce_votes(tools: Tools, _: int) -> int:
    # Votes come in thousands, and many of them become one step of a story.
    return await announce_votes(tools, tools.clock.now(), limits.votes_announced_max)


async def _close_stories(tools: Tools, most: int) -> int:
    return await close_due(tools, tools.clock.now(), most)


async def _forget_keys(tools: Tools, most: int) -> int:
    before = tools.clock.now() - timedelta(days=limits.idempotency_kept_days)
    async with tools.db.read() as conn:
        return await comments.forget_keys(conn, before, most)


async def _forget_addresses(tools: Tools, most: int) -> int:
    before = tools.clock.now() - timedelta(days=tools.settings.address_kept_days)
    async with tools.db.read() as conn:
        return await comments.forget_origins(conn, before, most)


async def _forget_prints(tools: Tools, most: int) -> int:
    before = tools.clock.now() - timedelta(days=limits.prints_kept_days)
    async with tools.db.read() as conn:
        return await comments.forget_prints(conn, before, most)


async def _forget_notice_contacts(tools: Tools, most: int) -> int:
    before = tools.clock.now() - timedelta(days=limits.notice_contacts_kept_days)
    async with tools.db.read() as conn:
        return await notices.forget_contacts(conn, before, most)


async def _forget_receipts(tools: Tools, most: int) -> int:
    before = tools.clock.now() - timedelta(days=limits.receipts_kept_days)
    async with tools.db.read() as conn:
        return await entitlements.sweep_receipts(conn, before, most)


async def _renew_model(tools: Tools, _: int) -> int:
    renewed = await teach_when_due(tools, tools.clock.now())
    if renewed is None:
        return 0
    figures = {"learned.from": renewed.figures.learned_from, "average.precision": renewed.figures.average_precision}
    _log.info("A model was trained", version=renewed.version, used=renewed.used, why_not=renewed.why_not, **figures)
    return 1


async def _forget_selections(tools: Tools, most: int) -> int:
    before = tools.clock.now() - timedelta(seconds=2 * limits.bulk_begin_s)
    async with tools.db.read() as conn:
        return await bulk_decisions.forget(conn, before, most)


async def _seal_audit(tools: Tools, most: int) -> int:
    sealed = await seal(tools, most)
    if sealed.entries and sealed.head is not None:
        # Kept where logs are kept, so that a chain made anew can be told from this one.
        head = f"{sealed.head.position}:{sealed.head.hash.hex()}"
        _log.info("The record of staff acts was sealed", **{"audit.entries": sealed.entries, "audit.head": head})
    return sealed.entries


async def _sum_up_days(tools: Tools, most: int) -> int:
    done = await sum_up_days(tools, limits.days_summed_max)
    return most if done == limits.days_summed_max else done


async def _reread_comments(tools: Tools, most: int) -> int:
    async with tools.db.transaction() as conn:
        return await records.reread(conn, most)


async def _measure_outbox(tools: Tools, _: int) -> int:
    async with tools.db.read() as conn:
        state = await outbox.state(conn)
    age = (tools.clock.now() - state.oldest_at).total_seconds() if state.oldest_at else 0.0
    _OUTBOX_WAITING.set(state.waiting)
    _OUTBOX_AGE.set(max(0.0, age))
    _OUTBOX_SET_ASIDE.set(state.given_up)
    return 0


async def _measure_queues(tools: Tools, _: int) -> int:
    async with tools.db.read() as conn:
        drift = await review_queue.drift(conn)
    _QUEUE_DRIFT.set(len(drift))
    if drift:
        _log.error("Kept counts of the review queues are wrong", **{"queue.sites": len(drift)})
    return 0


# Lapsed claims need none: a claim that is past its time counts as free wherever claims are read.
SWEEPS: tuple[Sweep, ...] = (
    # Votes move a thread's version here and nowhere else.
    Sweep("announce_votes", limits.vote_bump_interval_s, _announce_votes),
    # A story past its time refuses comments by itself; this is for its state on pages, and the event.
    Sweep("close_stories", 5, _close_stories),
    # A retry that comes later than this is a new comment.
    Sweep("forget_keys", 600, _forget_keys),
    # Addresses are kept for moderators, and no longer than the operator allows.
    Sweep("forget_addresses", 600, _forget_addresses),
    # Texts like a new one are looked for in the last days alone.
    Sweep("forget_prints", 600, _forget_prints),
    Sweep("forget_receipts", 3600, _forget_receipts),
    # The notice stays; who sent it is nobody's business any more.
    Sweep("forget_notice_contacts", 3600, _forget_notice_contacts),
    # Learning takes a core for some seconds; the rules say whether there is a model at all.
    Sweep("renew_model", 3600, _renew_model),
    Sweep("seal_audit", limits.audit_seal_s, _seal_audit),
    Sweep("forget_selections", 3600, _forget_selections),
    # Of days that are over; today is counted when it is asked for.
    Sweep("sum_up_days", 600, _sum_up_days),
    # Search finds what is newly written at once; this is for stories whose language was changed.
    Sweep("reread_comments", 60, _reread_comments),
    Sweep("measure_outbox", 10, _measure_outbox),
    # It reads every row that waits.
    Sweep("measure_queues", 900, _measure_queues),
)


async def run_sweeps(tools: Tools, stop: asyncio.Event, sweeps: tuple[Sweep, ...] = SWEEPS) -> None:
    """Runs each sweep in its own time until `stop` is set; one under way is let end."""
    async with asyncio.TaskGroup() as group:
        for sweep in sweeps:
            group.create_task(_repeat(tools, stop, sweep), name=f"sweep-{sweep.name}")


async def _repeat(tools: Tools, stop: asyncio.Event, sweep: Sweep) -> None:
    # Workers that start together should not all do the same at the same moment.
    pause_s = min(sweep.every_s, limits.sweep_first_s) * random.random()
    while not await stopped_within(stop, pause_s):
        found_all = await run_once(tools, sweep)
        pause_s = sweep.every_s * random.uniform(0.9, 1.1) if found_all else 0.0


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Waits so long for `stop`; whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return stop.is_set()
    return True


async def run_once(tools: Tools, sweep: Sweep) -> bool:
    """One bounded run; False when there is more to do at once. A failure is logged and counted, and waits its turn."""
    try:
        with _SECONDS.labels(sweep.name).time():
            rows = await sweep.run(tools, limits.sweep_rows_max)
    except Unavailable as problem:
        _FAILURES.labels(sweep.name).inc()
        _log.warning("A sweep could not run", **{"sweep.name": sweep.name, "error": problem.cause})
        return True
    except Exception:  # noqa: BLE001 - The other sweeps, and the next run of this one, must go on.
        _FAILURES.labels(sweep.name).inc()
        _log.exception("A sweep failed", **{"sweep.name": sweep.name})
        return True
    _ROWS.labels(sweep.name).inc(rows)
    return rows < limits.sweep_rows_max
