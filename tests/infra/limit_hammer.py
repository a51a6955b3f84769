"""A process that knocks on one story's limit with fifty readers, as fast as it can: `limit_hammer.py URL SECONDS`.

Prints how many tries passed, how many were refused, and the longest that one took, in milliseconds.
"""

import asyncio
import sys

from service.infra.clock import monotonic
from service.infra.rate_limit import Limiter
from service.infra.redis import open_redis
from service.kernel.problems import TooManyRequests
from service.kernel.rate_limits import Action, Key, Rate

READERS = 50
STORY = Rate(Action.POST_COMMENT, Key.STORY, 100, 1, 40)
# So generous that only the story's limit decides.
READER = Rate(Action.POST_COMMENT, Key.READER, 100_000, 1, 100_000)


async def main(url: str, seconds: float) -> None:
    client = open_redis(url)
    assert client is not None
    limiter = Limiter(client, rates=(STORY, READER))
    passed = refused = 0
    longest = 0.0
    ends = monotonic() + seconds

    async def knock(reader: str) -> None:
        nonlocal passed, refused, longest
        while (started := monotonic()) < ends:
            try:
                await limiter.take(Action.POST_COMMENT, reader=reader, story="hammered")
            except TooManyRequests:
                refused += 1
            else:
                passed += 1
            longest = max(longest, monotonic() - started)

    await asyncio.gather(*(knock(f"reader {number}") for number in range(READERS)))
    print(passed, refused, round(longest * 1000, 1), limiter.mode, flush=True)
    await client.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
