"""Limits: every limit of a request is asked in one round trip to Redis, and all of them pass or none is
charged.

The formula is GCRA (the "virtual scheduling" algorithm of ITU-T I.371): a key keeps one number, the moment at
which its bucket will be full again. `rate_limit.lua` reads and moves these numbers under Redis's own clock,
so that many processes agree.

**Keys on a cluster.** A script may touch one hash slot only, so the keys of one request share a hash tag.
Readers, addresses and stories meet in every combination, which leaves two choices: an action with several
keys is tagged by the action (its limits live on one node, which decides tens of thousands of tries a second,
and different actions spread); an action with one key is tagged by that key, and spreads by itself. What
stands for a person in a key is a digest.

**Without Redis** each process bounds its callers by itself (`LocalLimits`), from the tries that it has let
through already. That is counted in a metric and shown as degraded by `/health/ready`. Nobody waits for a
Redis that is away: one failure opens the breaker, and from then on a probe in the background finds out when
it is back.
"""

import asyncio
import hashlib
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import structlog
from prometheus_client import Counter, Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.infra.clock import monotonic
from service.infra.config import Settings
from service.infra.rate_limit_local import LocalLimits
from service.infra.redis_script import RedisScript
from service.kernel import limits
from service.kernel.problems import TooManyRequests
from service.kernel.rate_limits import RATES, Action, Key, Rate, by_action, changed

SCRIPT = Path(__file__).with_suffix(".lua").read_text(encoding="utf-8")

_PROBE_FIRST_S = 0.5
_PROBE_LONGEST_S = 5.0

_REFUSED = Counter("story_comments_limits_refused_total", "Tries that a limit refused", ["action", "key"])
_LOCAL = Counter("story_comments_limits_local_total", "Tries decided by this process alone because Redis was away")
_DEGRADED = Gauge("story_comments_limits_degraded", "1 while limits are decided by this process alone")

_log = structlog.get_logger(__name__)

RedisState = Literal["up", "down", "none"]
Asked = list[tuple[Rate, str]]


class Limiter:
    """Takes tries from the limits of `kernel/rate_limits.py`; TooManyRequests where one is used up.

    `redis` is None where none is configured: then the limits hold within this process. `enabled=False` lets
    everything pass.
    """

    def __init__(self, redis: "Redis | None", *, enabled: bool = True, rates: Sequence[Rate] = RATES) -> None:
        self._redis = redis
        self._script = None if redis is None else RedisScript(redis, SCRIPT, timeout_s=limits.redis_timeout_s)
        self._enabled = enabled
        self._rates = by_action(rates)
        self._local = LocalLimits()
        self._away = False
        self._probe_at = 0.0
        self._probe_pause_s = _PROBE_FIRST_S
        self._probe: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: Settings, redis: "Redis | None") -> "Limiter":
        """The limiter that an installation's settings ask for."""
        return cls(redis, enabled=settings.limits == "on", rates=changed(RATES, settings.rates))

    async def take(
        self,
        action: Action,
        *,
        reader: str | None = None,
        address: str | None = None,
        story: str | None = None,
        site: str | None = None,
        newcomer: bool = False,
    ) -> None:
        """Takes one try of this action from each of its limits that has a key here; TooManyRequests when one
        is empty.

        A refused try is taken from none of them. `reader` is whoever stands behind the token, staff included;
        `newcomer` puts the tighter rates for new readers beside the usual ones.
        """
        if not self._enabled:
            return
        keys = {
            Key.READER: reader,
            Key.NEWCOMER: reader if newcomer else None,
            Key.ADDRESS: address,
            Key.STORY: story,
            Key.SITE: site,
        }
        asked: Asked = [(rate, key) for rate in self._rates[action] if (key := keys[rate.key]) is not None]
        if asked and (refusal := await self._first_refusal(action, asked)) is not None:
            wait_us, number = refusal
            _REFUSED.labels(action, asked[number][0].key).inc()
            raise _too_many(wait_us, asked[number][0], [rate for rate, _ in asked])

    async def close(self) -> None:
        """Ends what runs in the background; the client that was given stays open."""
        if self._probe is not None:
            await asyncio.wait([self._probe])
        if self._script is not None:
            await self._script.close()

    async def state(self) -> RedisState:
        """Whether Redis answers now. Asked by `/health/ready`, which bounds the wait."""
        if self._redis is None:
            return "none"
        try:
            async with asyncio.timeout(limits.redis_timeout_s):
                await self._redis.ping()
        except (RedisError, OSError, TimeoutError):
            return "down"
        return "up"

    @property
    def mode(self) -> Literal["shared", "local", "off"]:
        """Where tries are counted now: by all processes together, by this one alone, or not at all."""
        if not self._enabled:
            return "off"
        return "local" if self._away or self._redis is None else "shared"

    async def _first_refusal(self, action: Action, asked: Asked) -> tuple[int, int] | None:
        names = _key_names(action, asked)
        if self._script is None:
            return self._local.take(asked, names, monotonic())
        if not self._away:
            try:
                refusal = await _ask(self._script, asked, names)
            except (RedisError, OSError, TimeoutError) as error:
                self._open_breaker(error)
            else:
                if refusal is None:
                    # Remembered here too, so that a Redis that goes away does not hand out every burst anew.
                    self._local.charge(asked, names, monotonic())
                return refusal
        _LOCAL.inc()
        self._probe_when_due()
        return self._local.take(asked, names, monotonic())

    def _open_breaker(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            self._probe_pause_s = _PROBE_FIRST_S
            self._schedule_probe()
            _DEGRADED.set(1)
            _log.warning("Redis is away; limits hold within this process", error=type(error).__name__)

    def _schedule_probe(self) -> None:
        # Spread, so that many processes do not fall upon a Redis that is just coming back.
        self._probe_at = monotonic() + self._probe_pause_s * random.uniform(0.5, 1.0)
        self._probe_pause_s = min(self._probe_pause_s * 2, _PROBE_LONGEST_S)

    def _probe_when_due(self) -> None:
        if self._probe is None and monotonic() >= self._probe_at:
            self._probe = asyncio.create_task(self._probe_once())

    async def _probe_once(self) -> None:
        try:
            if await self.state() == "up":
                self._away = False
                _DEGRADED.set(0)
                _log.info("Redis is back; limits hold for all processes together")
            else:
                self._schedule_probe()
        finally:
            self._probe = None


async def _ask(script: RedisScript, asked: Asked, names: list[str]) -> tuple[int, int] | None:
    numbers = [number for rate, _ in asked for number in (rate.interval_us, rate.interval_us * rate.burst)]
    answer = await script.run(names, numbers)
    return None if answer[0] == 0 else (answer[0], answer[1] - 1)


def _key_names(action: Action, asked: Asked) -> list[str]:
    digests = [f"{rate.key}:{hashlib.blake2b(key.encode(), digest_size=9).hexdigest()}" for rate, key in asked]
    if len(digests) == 1:
        return [f"sc:limit:{{{action}:{digests[0]}}}"]
    return [f"sc:limit:{{{action}}}:{digest}" for digest in digests]


def _too_many(wait_us: int, refusing: Rate, asked: Sequence[Rate]) -> TooManyRequests:
    """The refusal with its headers, as in draft-ietf-httpapi-ratelimit-headers-10.

    Only the limit that refuses tells how it stands: how full a story's or an address's bucket is says
    something about others.
    """
    retry_after_s = max(1, -(-wait_us // 1_000_000))
    return TooManyRequests.after(
        retry_after_s,
        {
            "RateLimit": f'"{refusing.name}";r=0;t={retry_after_s}',
            "RateLimit-Policy": ", ".join(
                f'"{rate.name}";q={rate.count};w={rate.per_s};sc-burst={rate.burst}' for rate in asked
            ),
        },
    )
