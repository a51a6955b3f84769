"""Limits on a real Redis: never more than rate and burst, whoever asks from wherever; and what holds without it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from service.infra.clock import monotonic
from service.infra.embedded.redis import EmbeddedRedis
from service.infra.rate_limit import SCRIPT, Limiter
from service.infra.rate_limit_local import LocalLimits
from service.infra.redis import open_redis
from service.kernel.problems import TooManyRequests
from service.kernel.rate_limits import Action, Key, Rate
from tests.infra.limit_hammer import STORY as STORY_OF_HAMMER

READER = Rate(Action.POST_COMMENT, Key.READER, 10, 60, 5)
STORY = Rate(Action.POST_COMMENT, Key.STORY, 60, 60, 8)
FAST = Rate(Action.VOTE, Key.READER, 50, 1, 10)


async def allowed(limiter: Limiter, action: Action = Action.POST_COMMENT, **keys: str) -> bool:
    try:
        await limiter.take(action, **keys)  # type: ignore[arg-type]
    except TooManyRequests:
        return False
    return True


async def how_many(limiter: Limiter, tries: int, action: Action = Action.POST_COMMENT, **keys: str) -> int:
    return sum(await asyncio.gather(*(allowed(limiter, action, **keys) for _ in range(tries))))


async def key_names(redis: Redis) -> list[str]:
    return [key.decode() if isinstance(key, bytes) else key for key in await redis.keys("*")]


MakeLimiter = Callable[..., Limiter]


@pytest.fixture
async def make_limiter(redis: Redis) -> AsyncIterator[MakeLimiter]:
    """Limiters on this process's Redis, closed after the test."""
    made: list[Limiter] = []

    def make(*rates: Rate, enabled: bool = True) -> Limiter:
        made.append(Limiter(redis, enabled=enabled, rates=rates))
        return made[-1]

    yield make
    for limiter in made:
        await limiter.close()


@pytest.fixture
def limiter(make_limiter: MakeLimiter) -> Limiter:
    return make_limiter(READER, STORY, FAST)


async def test_a_burst_passes_and_the_next_try_is_refused(limiter: Limiter) -> None:
    assert await how_many(limiter, 5, reader="ann") == 5
    assert not await allowed(limiter, reader="ann")
    assert await allowed(limiter, reader="ben"), "another reader is not affected"


async def test_a_refusal_says_when_to_try_again(limiter: Limiter) -> None:
    await how_many(limiter, 5, reader="ann", story="s")
    with pytest.raises(TooManyRequests) as refused:
        await limiter.take(Action.POST_COMMENT, reader="ann", story="s")
    wait = refused.value.members["retry_after_s"]
    assert 5 <= wait <= 6
    assert refused.value.headers == {
        "Retry-After": str(wait),
        "RateLimit": f'"post-comment-reader";r=0;t={wait}',
        "RateLimit-Policy": '"post-comment-reader";q=10;w=60;sc-burst=5, "post-comment-story";q=60;w=60;sc-burst=8',
    }


async def test_a_refused_try_does_not_push_the_wait_out(limiter: Limiter) -> None:
    """Fifty tries a second: a bucket of ten is full again after a fifth of a second, however often one knocks."""
    assert await how_many(limiter, 10, Action.VOTE, reader="ann") == 10
    started = monotonic()
    while not await allowed(limiter, Action.VOTE, reader="ann"):
        assert monotonic() - started < 5, "a reader who knocks is never let in again"
    assert monotonic() - started < 0.5


async def test_a_refused_try_takes_nothing_from_the_other_limits(limiter: Limiter) -> None:
    assert await how_many(limiter, 30, reader="ann", story="s") == 5
    # Had the 25 refused ones counted, the story's eight would be gone.
    assert await how_many(limiter, 10, reader="ben", story="s") == 3
    assert await how_many(limiter, 10, reader="ben", story="other") == 2, "the refused took nothing of ben's"


async def test_the_limit_that_makes_one_wait_longest_is_named(make_limiter: MakeLimiter) -> None:
    slow = Rate(Action.REPORT, Key.STORY, 1, 3600, 1)
    quick = Rate(Action.REPORT, Key.READER, 1, 1, 1)
    limiter = make_limiter(quick, slow)
    await limiter.take(Action.REPORT, reader="ann", story="s")
    with pytest.raises(TooManyRequests) as refused:
        await limiter.take(Action.REPORT, reader="ann", story="s")
    assert refused.value.headers["RateLimit"].startswith('"report-story";')
    assert 3590 <= refused.value.members["retry_after_s"] <= 3600


async def test_two_clients_together_never_get_more_than_rate_and_burst(redis_url: str, redis: Redis) -> None:
    """Two processes have two clients; here each has its own connections, and both knock as fast as they can."""
    seconds = 1.5
    clients = [open_redis(redis_url), open_redis(redis_url)]
    limiters = [Limiter(client, rates=(FAST,)) for client in clients]
    passed = 0
    started = monotonic()
    ends = started + seconds

    async def knock(limiter: Limiter, reader: str) -> None:
        nonlocal passed
        while monotonic() < ends:
            let_in = await allowed(limiter, Action.VOTE, reader=reader)
            passed += let_in

    await asyncio.gather(*(knock(limiter, "ann") for limiter in limiters for _ in range(4)))
    elapsed = monotonic() - started
    for limiter in limiters:
        await limiter.close()
    for client in clients:
        assert client is not None
        await client.aclose()
    assert passed <= FAST.burst + FAST.count * elapsed + 1
    assert passed >= FAST.burst + FAST.count * seconds - 5, "and what the limit allows is not refused"


async def test_two_processes_together_never_let_more_through_than_rate_and_burst(redis_url: str, redis: Redis) -> None:
    seconds = 2.0
    started = monotonic()
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.infra.limit_hammer", redis_url, str(seconds), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    # Its log comes first.
    told = [(await process.communicate())[0].decode().splitlines()[-1].split() for process in processes]
    elapsed = monotonic() - started
    passed, refused = sum(int(one[0]) for one in told), sum(int(one[1]) for one in told)
    assert [one[3] for one in told] == ["shared", "shared"]
    assert refused > passed, "they did hammer"
    assert passed <= STORY_OF_HAMMER.burst + STORY_OF_HAMMER.count * elapsed
    assert passed >= STORY_OF_HAMMER.count * seconds * 0.9, "what the limit allows is not refused"


async def test_fifty_readers_share_a_story_and_none_is_refused_below_the_limit(make_limiter: MakeLimiter) -> None:
    rates = (Rate(Action.POST_COMMENT, Key.READER, 4, 60, 4), Rate(Action.POST_COMMENT, Key.STORY, 1000, 60, 150))
    limiter = make_limiter(*rates)
    passed = await asyncio.gather(*(how_many(limiter, 3, reader=f"reader {n}", story="s") for n in range(50)))
    assert passed == [3] * 50


async def test_a_newcomer_is_held_to_both_rates(make_limiter: MakeLimiter) -> None:
    rates = (READER, Rate(Action.POST_COMMENT, Key.NEWCOMER, 2, 60, 2))
    limiter = make_limiter(*rates)
    await limiter.take(Action.POST_COMMENT, reader="ann", newcomer=True)
    await limiter.take(Action.POST_COMMENT, reader="ann", newcomer=True)
    with pytest.raises(TooManyRequests):
        await limiter.take(Action.POST_COMMENT, reader="ann", newcomer=True)
    await limiter.take(Action.POST_COMMENT, reader="ann")


async def test_switched_off_everything_passes_and_nothing_is_asked(make_limiter: MakeLimiter, redis: Redis) -> None:
    limiter = make_limiter(READER, enabled=False)
    assert await how_many(limiter, 50, reader="ann") == 50
    assert await redis.dbsize() == 0
    assert limiter.mode == "off"


async def test_keys_of_a_request_share_a_slot_and_tell_nobody_who_asked(limiter: Limiter, redis: Redis) -> None:
    await limiter.take(Action.POST_COMMENT, reader="reader-7", story="the-story")
    keys = await key_names(redis)
    assert len(keys) == 2
    assert {key[key.index("{") : key.index("}")] for key in keys} == {"{post_comment"}
    assert not any("reader-7" in key or "the-story" in key for key in keys)


async def test_keys_of_actions_with_one_limit_spread_over_slots(limiter: Limiter, redis: Redis) -> None:
    for reader in ("ann", "ben"):
        await limiter.take(Action.VOTE, reader=reader)
    keys = await key_names(redis)
    assert len({key[key.index("{") : key.index("}")] for key in keys}) == 2


async def test_a_key_lives_as_long_as_its_bucket_is_not_full(limiter: Limiter, redis: Redis) -> None:
    await limiter.take(Action.POST_COMMENT, reader="ann")
    [key] = await redis.keys("*")
    assert 5_000 < await redis.pttl(key) <= 6_000


@pytest.mark.parametrize(("kept", "passes"), [(b"9999999999999999", False), (b"rubbish", True), (b"-1", True)])
async def test_a_key_that_cannot_be_right_locks_nobody_out(
    limiter: Limiter, redis: Redis, kept: bytes, passes: bool
) -> None:
    """A server's clock that was ahead, or a rate that was much slower, leaves such a moment behind."""
    await limiter.take(Action.POST_COMMENT, reader="ann")
    [key] = await redis.keys("*")
    await redis.set(key, kept)
    if passes:
        await limiter.take(Action.POST_COMMENT, reader="ann")
    else:
        with pytest.raises(TooManyRequests) as refused:
            await limiter.take(Action.POST_COMMENT, reader="ann")
        assert refused.value.members["retry_after_s"] <= 6


async def test_the_script_is_sent_again_when_redis_forgot_it(limiter: Limiter, redis: Redis) -> None:
    assert await allowed(limiter, reader="ann")
    await redis.script_flush()
    assert await allowed(limiter, reader="ann")
    assert limiter.mode == "shared"


async def test_calls_that_wait_together_go_out_together_and_each_gets_its_own_answer(limiter: Limiter) -> None:
    passed = await asyncio.gather(*(how_many(limiter, 7, reader=f"reader {n}") for n in range(100)))
    assert passed == [5] * 100


async def test_a_caller_that_gives_up_leaves_its_answer_to_nobody(limiter: Limiter) -> None:
    """Half of those who ask hang up before they are answered; whoever stays is told what is theirs."""
    for _ in range(3):
        await limiter.take(Action.POST_COMMENT, reader="spent")
    asking = [asyncio.create_task(allowed(limiter, reader="spent" if n % 2 else f"fresh {n}")) for n in range(100)]
    await asyncio.sleep(0)
    for task in asking[::4]:
        task.cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(answer is True for answer in answers[1::2]) == 2
    assert {answer for answer in answers[0::2] if not isinstance(answer, asyncio.CancelledError)} == {True}


async def test_one_request_is_one_round_trip(limiter: Limiter, redis: Redis) -> None:
    await limiter.take(Action.POST_COMMENT, reader="ann", story="s")
    await redis.config_resetstat()
    for _ in range(3):
        await limiter.take(Action.POST_COMMENT, reader="ben", story="s")
    stats = await redis.info("commandstats")
    asked = {name: stat["calls"] for name, stat in stats.items() if name in ("cmdstat_evalsha", "cmdstat_eval")}
    assert asked == {"cmdstat_evalsha": 3}


@given(st.lists(st.floats(min_value=0, max_value=2), max_size=60), st.integers(1, 10), st.integers(1, 20))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_in_every_stretch_of_time_no_more_pass_than_rate_and_burst(gaps: list[float], burst: int, count: int) -> None:
    """The promise of GCRA, over every pair of moments, for the formula that both forms share."""
    rate = Rate(Action.VOTE, Key.READER, count, 10, burst)
    local, now, passed = LocalLimits(), 1000.0, []
    for gap in gaps:
        now += gap
        if local.take([(rate, "ann")], ["ann"], now) is None:
            passed.append(now)
    for first, start in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst + (passed[last] - start) * count / 10 + 1e-3


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3)), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_a_refusals_wait_is_exact(knocks: list[tuple[int, int]]) -> None:
    rate = Rate(Action.VOTE, Key.READER, 3, 30, 2)
    local, now = LocalLimits(), 50.0
    for gap, _ in knocks:
        now += gap / 10
        if (refusal := local.take([(rate, "ann")], ["ann"], now)) is not None:
            wait_s = refusal[0] / 1_000_000
            assert local.take([(rate, "ann")], ["ann"], now + wait_s - 0.001) is not None
            assert local.take([(rate, "ann")], ["ann"], now + wait_s + 0.00001) is None
            now += wait_s + 0.00001


def test_local_limits_forget_what_is_full_before_what_is_not() -> None:
    local, rate = LocalLimits(keys_max=100), Rate(Action.VOTE, Key.READER, 1, 10, 3)
    for _ in range(3):
        local.take([(rate, "flooder")], ["flooder"], 100.0)
    for number in range(1000):
        name = f"reader {number}"
        local.take([(rate, name)], [name], 100.0)
    assert len(local) <= 100
    assert local.take([(rate, "flooder")], ["flooder"], 100.0) is not None


def test_the_script_keeps_to_commands_that_every_server_has() -> None:
    commands = {line.split("redis.call('")[1].split("'")[0] for line in SCRIPT.splitlines() if "redis.call" in line}
    assert commands == {"TIME", "GET", "SET"}


# Without Redis


@pytest.fixture
async def own_redis(tmp_path: Path, run_folder: Path) -> AsyncIterator[EmbeddedRedis]:
    """A Redis that the test may stop and start."""
    with EmbeddedRedis(run_folder / f"limits-{tmp_path.name}"[:40]) as server:
        yield server


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 10) -> None:
    ends = monotonic() + within_s
    while not await condition():
        assert monotonic() < ends, "the condition was not met in time"
        await asyncio.sleep(0.02)


async def test_without_redis_each_process_bounds_its_callers() -> None:
    limiter = Limiter(None, rates=(READER,))
    assert await how_many(limiter, 15, reader="ann") == 5
    assert limiter.mode == "local"
    assert await limiter.state() == "none"


async def test_a_redis_that_goes_away_is_replaced_at_once_and_taken_up_again(own_redis: EmbeddedRedis) -> None:
    client = open_redis(own_redis.url)
    assert client is not None
    limiter = Limiter(client, rates=(READER, FAST))
    assert await how_many(limiter, 3, reader="ann") == 3
    own_redis.stop()
    started = monotonic()
    # Three of five were spent while Redis was there; this process remembers them.
    assert await how_many(limiter, 50, reader="ann") == 2
    assert await how_many(limiter, 50, reader="ben") == 5
    assert monotonic() - started < 1.5, "nobody waits for a Redis that is away"
    assert limiter.mode == "local"
    own_redis.start()

    async def is_shared() -> bool:
        await allowed(limiter, Action.VOTE, reader="ann")
        return limiter.mode == "shared"

    await until(is_shared)
    assert await limiter.state() == "up"
    await limiter.close()
    await client.aclose()


async def test_a_redis_that_accepts_and_says_nothing_costs_one_short_wait(tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_unix_server(lambda _, writer: held.append(writer), silent)
    client = open_redis(f"unix://{silent}")
    assert client is not None
    limiter = Limiter(client, rates=(READER,))
    started = monotonic()
    assert await how_many(limiter, 100, reader="ann") == 5
    assert monotonic() - started < 1.0
    started = monotonic()
    for _ in range(200):
        await allowed(limiter, reader="ann")
    assert monotonic() - started < 0.5, "the breaker is open: nobody asks, but a probe in the background"
    assert await limiter.state() == "down"
    await limiter.close()
    await client.aclose()
    server.close()
    for writer in held:
        writer.close()
