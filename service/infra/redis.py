"""The Redis client: short waits, no retries, and a breaker that all callers share.

Redis may be away at any time and nothing that matters is lost by it. So a call either answers within
`limits.redis_timeout_s` or fails with a `RedisError`; and after one such failure everybody is refused at once
(`RedisAway`) for a moment, so that a server that accepts connections and says nothing costs one caller the
wait and not all of them.

Only commands of Redis 6.2 are used (no EXPIRE NX, FUNCTION, SPUBLISH), so that Valkey and older servers do
too.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import Counter, Gauge
from redis import exceptions
from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from service.infra.clock import monotonic
from service.kernel import limits

RedisError = exceptions.RedisError

_FAILURES = Counter("redis_failures_total", "Calls of Redis that failed or were out of time")
_REFUSED = Counter("redis_refused_total", "Calls not tried because Redis had just failed")
_AWAY = Gauge("redis_away", "1 while Redis is held to be away")

# The server is not there, not there yet, or has become a replica that takes no writes.
_AWAY_ERRORS = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
    OSError,
)


class RedisAway(exceptions.ConnectionError):
    """Not tried: Redis failed a moment ago."""


class Breaker:
    """Refuses tries for `pause_s` after a failure, then lets one through at a time until one succeeds."""

    def __init__(self, pause_s: float, seconds: Callable[[], float] = monotonic) -> None:
        self._pause_s = pause_s
        self._seconds = seconds
        self._failing = False
        self._refused_until = 0.0

    @property
    def open(self) -> bool:
        """True from a failure until the next success."""
        return self._failing

    def enter(self) -> None:
        """RedisAway when this call must not be tried."""
        if not self._failing:
            return
        now = self._seconds()
        if now < self._refused_until:
            _REFUSED.inc()
            raise RedisAway("Redis failed a moment ago")
        # This caller finds out for all; the others stay away until it knows.
        self._refused_until = now + self._pause_s

    def failed(self) -> None:
        _FAILURES.inc()
        _AWAY.set(1)
        self._failing = True
        self._refused_until = self._seconds() + self._pause_s

    def succeeded(self) -> None:
        if self._failing:
            self._failing = False
            _AWAY.set(0)


class GuardedRedis(Redis):
    """`Redis` whose commands and pipelines pass the breaker."""

    def __init__(self, pool: ConnectionPool, breaker: Breaker) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self.breaker = breaker

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        return await _guarded(self, self.breaker, super().execute_command, *args, **options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        return _GuardedPipeline(self, transaction)


class _GuardedPipeline(Pipeline):
    def __init__(self, client: GuardedRedis, transaction: bool) -> None:
        super().__init__(client.connection_pool, client.response_callbacks, transaction, None)
        self.breaker = client.breaker

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        answers: list[Any] = await _guarded(self, self.breaker, super().execute, raise_on_error)
        return answers


async def _guarded(
    client: Redis, breaker: Breaker, call: Callable[..., Awaitable[Any]], *args: Any, **options: Any
) -> Any:
    breaker.enter()
    try:
        answer = await call(*args, **options)
    except _AWAY_ERRORS as error:
        breaker.failed()
        if isinstance(error, exceptions.ReadOnlyError):
            # Kept connections lead to the former primary; new ones follow its name to the new one.
            await client.connection_pool.disconnect(inuse_connections=False)
        if isinstance(error, exceptions.RedisError):
            raise
        raise exceptions.ConnectionError(str(error)) from error
    except exceptions.ResponseError:
        breaker.succeeded()  # It answered; what it disliked is the caller's affair.
        raise
    breaker.succeeded()
    return answer


def open_redis(url: str | None) -> GuardedRedis | None:
    """A client of the server at `url` (redis://, rediss://, unix://), not yet connected; None without one.

    Callers catch `RedisError`; nothing else comes out of a call. Close it with `await client.aclose()`.
    """
    if not url:
        return None
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=limits.redis_connections_max,
        timeout=limits.redis_timeout_s,
        socket_timeout=limits.redis_timeout_s,
        socket_connect_timeout=limits.redis_timeout_s,
        retry=Retry(NoBackoff(), 0),
        # RESP2 and no CLIENT SETINFO: a new connection is ready without a round trip, on older servers too.
        protocol=2,
        driver_info=None,
    )
    return GuardedRedis(pool, Breaker(limits.redis_breaker_pause_s))
