"""Where the keys of an issuer come from: a shared secret, a file, or an address. Keys change without a restart.

Requests are answered with the keys at hand; nothing is fetched on the way unless a token names a key that nobody knows
yet, and then once for all who wait, and at most once every few seconds. An address is asked again ahead of the end that
its cache headers give, and while it is away the last good keys count for a day.
"""

import asyncio
import random
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

import structlog
from prometheus_client import Counter

from service.infra.cache_headers import fresh_for_s
from service.infra.clock import monotonic
from service.infra.http_client import Answer, HttpClient, OutboundFailed, OutboundRefused
from service.infra.jwk import NO_KEYS, KeySet, KeySetUnreadable, read_key_set, secret_key_set

BYTES_MAX: Final = 64 * 1024
DEADLINE_S: Final = 2.0
# An issuer's own word on how long its keys are good is taken within these.
FRESH_MIN_S: Final = 10.0
FRESH_MAX_S: Final = 3600.0
FRESH_DEFAULT_S: Final = 300.0
KEPT_S: Final = 24 * 3600.0
# A token with a name that no key has leads to a fetch at most this often, whoever sends it.
UNKNOWN_KID_GAP_S: Final = 3.0
_RETRY_FIRST_S: Final = 1.0
_RETRY_LONGEST_S: Final = 60.0
_LOOK_AT_FILE_S: Final = 1.0

_FETCHES = Counter("jwks_fetches_total", "Key sets asked for, by whose they are and the outcome", ["whose", "outcome"])

_log = structlog.get_logger(__name__)

Seconds = Callable[[], float]


class KeysUnavailable(Exception):
    """Whether the token is good cannot be said now: the keys of its issuer could not be had."""


class Keys(Protocol):
    """The keys of one issuer."""

    def current(self) -> KeySet:
        """The keys that count now, perhaps none. Cheap, and never waits."""
        ...

    async def sought(self, algorithm: str, kid: str | None, seen: frozenset[str] = frozenset()) -> KeySet:
        """The keys after looking for a fitting one whose thumbprint is not among `seen`.

        KeysUnavailable when there was none at all to try and looking failed.
        """
        ...

    async def start(self) -> None:
        """Gets the keys for the first time, so that no request has to wait; an issuer may be away then."""
        ...

    async def close(self) -> None: ...


class SecretKeys:
    """One shared secret (HS256), which never changes while the process runs."""

    def __init__(self, secret: str) -> None:
        self._keys = secret_key_set(secret)

    def current(self) -> KeySet:
        return self._keys

    async def sought(self, algorithm: str, kid: str | None, seen: frozenset[str] = frozenset()) -> KeySet:
        return self._keys

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass


class FileKeys:
    """A key set in a file, read again when it was changed or replaced. One that cannot be read leaves the last keys."""

    def __init__(self, whose: str, path: Path, algorithms: Collection[str], seconds: Seconds = monotonic) -> None:
        self._whose, self._path, self._algorithms, self._seconds = whose, path, algorithms, seconds
        self._keys = NO_KEYS
        # When the file that was read was changed, its size, and which file it is.
        self._seen: tuple[int, int, int] | None = None
        # The same and the reason, of the failure that was logged last.
        self._told: tuple[tuple[int, int, int] | None, str] | None = None
        self._look_again_at = 0.0

    def current(self) -> KeySet:
        if self._seconds() >= self._look_again_at:
            self._look()
        return self._keys

    async def sought(self, algorithm: str, kid: str | None, seen: frozenset[str] = frozenset()) -> KeySet:
        self._look()
        if not self._keys.keys:
            raise KeysUnavailable(f"the key file of {self._whose} holds no usable key")
        return self._keys

    async def start(self) -> None:
        self._look()

    async def close(self) -> None:
        pass

    def _look(self) -> None:
        self._look_again_at = self._seconds() + _LOOK_AT_FILE_S
        mark = None
        try:
            # The file is small and local: reading it here is quicker than handing it to a thread.
            found = self._path.stat()
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
            if mark == self._seen:
                return
            if found.st_size > BYTES_MAX:
                raise KeySetUnreadable(f"the file has more than {BYTES_MAX} bytes")
            self._keys = read_key_set(self._path.read_bytes(), self._algorithms)
        except (OSError, KeySetUnreadable) as error:
            # It may be in the middle of being written, so it is tried again, but told of once.
            if self._told != (mark, _words(error)):
                self._told = (mark, _words(error))
                _FETCHES.labels(self._whose, "failed").inc()
                _log.warning("A key file cannot be read; the last keys stay", jwks=self._whose, reason=_words(error))
            return
        self._seen, self._told = mark, None
        _FETCHES.labels(self._whose, "read").inc()
        _note_left_out(self._whose, self._keys)


class UrlKeys:
    """A key set at an address."""

    def __init__(
        self,
        whose: str,
        url: str,
        algorithms: Collection[str],
        http: HttpClient,
        seconds: Seconds = monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._whose, self._url, self._algorithms, self._http = whose, url, algorithms, http
        self._seconds, self._jitter = seconds, jitter
        self._keys = NO_KEYS
        self._etag: str | None = None
        self._refresh_at = float("-inf")
        self._keep_until = float("-inf")
        self._failures = 0
        self._last_failed = False
        self._sought_again_from = float("-inf")
        self._fetch: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None

    def current(self) -> KeySet:
        return self._keys if self._seconds() < self._keep_until else NO_KEYS

    async def sought(self, algorithm: str, kid: str | None, seen: frozenset[str] = frozenset()) -> KeySet:
        if self._fetch is not None:
            await self._fetched()
        if not self._has_new(algorithm, kid, seen) and self._may_ask_again():
            await self._fetched()
        keys = self.current()
        # The name may be that of a new key: refusing its tokens as forged would be a guess.
        if self._last_failed and not keys.fitting(algorithm, kid):
            raise KeysUnavailable(f"the keys of {self._whose} could not be fetched")
        return keys

    async def start(self) -> None:
        await self._fetched()
        self._keeper = asyncio.create_task(self._keep_fresh(), name=f"jwks-{self._whose}")

    async def close(self) -> None:
        for task in (self._keeper, self._fetch):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def _has_new(self, algorithm: str, kid: str | None, seen: frozenset[str]) -> bool:
        return any(key.thumbprint not in seen for key in self.current().fitting(algorithm, kid))

    def _may_ask_again(self) -> bool:
        """Whether a token may cause a fetch now; saying so counts as the one of the next seconds."""
        now = self._seconds()
        if now < self._sought_again_from:
            return False
        self._sought_again_from = now + UNKNOWN_KID_GAP_S
        return True

    def refresh_in_s(self) -> float:
        """Seconds until the keys are fetched again without anybody asking."""
        return self._refresh_at - self._seconds()

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(max(self.refresh_in_s(), 0.05))
            if self.refresh_in_s() <= 0:
                await self._fetched()

    async def _fetched(self) -> None:
        """Waits for the fetch under way, or for a new one. A caller who goes away does not end it for the others."""
        if self._fetch is None:
            self._fetch = asyncio.create_task(self._fetch_once(), name=f"jwks-fetch-{self._whose}")
        await asyncio.shield(self._fetch)

    async def _fetch_once(self) -> None:
        try:
            headers = {"Accept": "application/jwk-set+json, application/json"}
            if self._etag is not None:
                headers["If-None-Match"] = self._etag
            answer = await self._http.get(self._url, deadline_s=DEADLINE_S, body_bytes_max=BYTES_MAX, headers=headers)
            self._take(answer)
        except (OutboundFailed, OutboundRefused, KeySetUnreadable) as error:
            self._failed(_words(error))
        except Exception:  # noqa: BLE001
            # Whatever an odd answer brought about must not end the keeping fresh.
            self._failed("an unexpected failure")
            _log.exception("Taking over a key set failed", jwks=self._whose)
        finally:
            self._fetch = None

    def _take(self, answer: Answer) -> None:
        if answer.status == 200:
            keys = read_key_set(answer.body, self._algorithms)
            if not keys.keys:
                raise KeySetUnreadable(
                    "the key set holds no usable key: " + ("; ".join(keys.left_out) or "it is empty")
                )
            self._keys, self._etag = keys, answer.headers.get("etag")
            _note_left_out(self._whose, keys)
        elif answer.status != 304 or self._etag is None:
            raise OutboundFailed(f"it answered {answer.status}")
        now = self._seconds()
        fresh_s = fresh_for_s(answer.headers)
        fresh_s = FRESH_DEFAULT_S if fresh_s is None else min(max(fresh_s, FRESH_MIN_S), FRESH_MAX_S)
        self._keep_until = now + KEPT_S
        # Ahead of the end, and not all processes at once.
        self._refresh_at = now + fresh_s * (0.7 + 0.2 * self._jitter())
        self._failures, self._last_failed = 0, False
        _FETCHES.labels(self._whose, "fetched" if answer.status == 200 else "unchanged").inc()

    def _failed(self, reason: str) -> None:
        self._failures, self._last_failed = self._failures + 1, True
        wait_s = min(_RETRY_FIRST_S * 2 ** min(self._failures - 1, 10), _RETRY_LONGEST_S)
        self._refresh_at = self._seconds() + wait_s * (0.5 + self._jitter())
        _FETCHES.labels(self._whose, "failed").inc()
        _log.warning("A key set could not be fetched; the last keys stay", jwks=self._whose, reason=reason)


def _note_left_out(whose: str, keys: KeySet) -> None:
    if keys.left_out:
        _log.warning("Some keys of a key set are not used", jwks=whose, reason="; ".join(keys.left_out))


def _words(error: Exception) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
