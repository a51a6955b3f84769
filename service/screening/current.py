"""The rules in force, as this process knows them: read once, and again when they change or a minute has passed.

A change is told to all processes by broadcast (`RULES_CHANNEL`). That is a hint: what a lost one would have told is
read within a minute.
"""

import asyncio

import msgspec
import structlog
from prometheus_client import Gauge

from service.infra.clock import monotonic
from service.infra.postgres import Database
from service.screening import store
from service.screening.checks import words
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules

RULES_CHANNEL = "sc:rules"
_log = structlog.get_logger(__name__)
_UNREADABLE = Gauge("screening_rules_unreadable", "1 while this process cannot read the rules in force")
_KEPT_S = 60.0


class CurrentRules:
    """Answers without a query most of the time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rules = DEFAULT_RULES
        self._read_at: float | None = None
        # Counts the changes that were told, so that a read that began before one is not taken for newer than it.
        self._changes = 0
        self._reading = asyncio.Lock()

    async def get(self) -> Rules:
        """The rules in force."""
        if self._is_old():
            async with self._reading:
                if self._is_old():  # Else another request has read them while this one waited.
                    await self._read()
        return self._rules

    def changed(self, _: bytes = b"") -> None:
        """Has the rules read again before they are used next."""
        self._changes += 1
        self._read_at = None

    def _is_old(self) -> bool:
        return self._read_at is None or monotonic() - self._read_at > _KEPT_S

    async def _read(self) -> None:
        changes = self._changes
        try:
            async with self._db.read() as conn:
                rules = await store.current_rules(conn)
            _UNREADABLE.set(0)
        except msgspec.ValidationError as error:
            # Written by another release, which knows members that this one does not. Readers go on writing.
            _UNREADABLE.set(1)
            _log.error(
                "The rules in force cannot be read; those before them go on",
                version=self._rules.version,
                fault=str(error),
            )
            rules = self._rules
        if rules != self._rules:
            # In a thread, so that long lists keep nobody waiting but those who need them.
            await asyncio.to_thread(words.prepare, rules)
            # Else the same object stays: what checks have prepared for it is kept by it.
            self._rules = rules
        self._read_at = monotonic() if changes == self._changes else None
