"""The model in use, as this process knows it: looked for once a minute, loaded when it is another one."""

import asyncio

import structlog

from service.infra.clock import monotonic
from service.infra.postgres import Database
from service.screening.model import store
from service.screening.rules.model import Model

# Published after a model was trained.
MODEL_CHANNEL = "sc:model"

_log = structlog.get_logger(__name__)
_KEPT_S = 60.0


class CurrentModel:
    """Answers without a query most of the time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._model: Model | None = None
        self._looked_at: float | None = None
        self._looking = asyncio.Lock()

    async def get(self) -> Model | None:
        """The model in use; None where none is, or it cannot be used by this program."""
        async with self._looking:
            if self._looked_at is None or monotonic() - self._looked_at > _KEPT_S:
                self._model = await self._look()
                self._looked_at = monotonic()
        return self._model

    def told(self, _: bytes) -> None:
        """A message that there is another model: it is looked for before the next text."""
        self._looked_at = None

    async def _look(self) -> Model | None:
        async with self._db.read() as conn:
            version = await store.version_in_use(conn)
            if version is None or (self._model is not None and self._model.version == version):
                return self._model if version is not None else None
            try:
                return await store.model(conn, version)
            except ValueError as error:
                # Trained by another release, whose features differ: the next training replaces it.
                _log.warning("The model in use cannot be used here", why=str(error))
                return None
