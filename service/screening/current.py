"""The rules in force, as this process knows them: read once, and again when they change or a minute has passed."""

from service.infra.clock import monotonic
from service.infra.postgres import Database
from service.screening import store
from service.screening.rules.defaults import DEFAULT_RULES
from service.screening.rules.ruleset import Rules

_KEPT_S = 60.0


class CurrentRules:
    """Answers without a query most of the time; what another process changed counts within a minute."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rules = DEFAULT_RULES
        self._read_at: float | None = None

    async def get(self) -> Rules:
        """The rules in force."""
        if self._read_at is None or monotonic() - self._read_at > _KEPT_S:
            async with self._db.read() as conn:
                self._rules = await store.current_rules(conn)
            self._read_at = monotonic()
        return self._rules

    def changed(self) -> None:
        """Has the rules read again before they are used next."""
        self._read_at = None
