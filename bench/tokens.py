"""What a token costs: verified anew, and remembered, by algorithm; per second on one core.

`python -m bench.tokens` prints a table. The work is that of a request, from the text of the token to who is calling,
without a network: keys lie in a file, as they would in memory after a fetch.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms

from service.accounts.rules.notices import subject_hash
from service.accounts.tokens import Authenticator
from service.infra.clock import Clock, SystemClock
from service.infra.config import Settings

_SECRET = "a secret of the bench, thirty-two bytes and more"
_KEYS: dict[str, Callable[[], Any]] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "HS256": lambda: _SECRET,
}


class TokenCost(msgspec.Struct, frozen=True):
    """Of one algorithm: microseconds of one core for a token."""

    algorithm: str
    verified_us: float
    remembered_us: float


async def measure(seconds: float = 1.0) -> list[TokenCost]:
    """The costs of each algorithm, each measured for about that long, the best of five parts."""
    clock = SystemClock()
    costs = []
    with tempfile.TemporaryDirectory() as folder:
        for algorithm, make_key in _KEYS.items():
            key = make_key()
            callers = _authenticator(algorithm, key, Path(folder) / f"{algorithm}.json", clock)
            tokens = [_token(algorithm, key, clock, n) for n in range(64)]

            async def verified(place: int, callers: Authenticator = callers, tokens: list[str] = tokens) -> None:
                callers.forget(subject_hash(f"reader-{place % len(tokens)}"))
                await callers.identify(tokens[place % len(tokens)])

            async def remembered(_: int, callers: Authenticator = callers, tokens: list[str] = tokens) -> None:
                await callers.identify(tokens[0])

            costs.append(
                TokenCost(algorithm, await _microseconds(verified, seconds), await _microseconds(remembered, seconds))
            )
    return costs


async def _microseconds(work: Callable[[int], Any], seconds: float) -> float:
    """Processor time of one call, the least of five measurements: what else runs here only makes it more."""
    await work(0)
    best = float("inf")
    for _ in range(5):
        calls, started = 0, process_time()
        while (spent := process_time() - started) < seconds / 5:
            await work(calls)
            calls += 1
        best = min(best, spent / calls)
    return best * 1e6


def _authenticator(algorithm: str, key: Any, path: Path, clock: Clock) -> Authenticator:
    keys: dict[str, Any] = {"reader_secret": _SECRET}
    if algorithm != "HS256":
        public = get_default_algorithms()[algorithm].to_jwk(key.public_key(), as_dict=True)
        path.write_text(json.dumps({"keys": [{**public, "kid": "bench"}]}))
        keys = {"reader_jwks": str(path)}
    settings = Settings(
        **keys,
        reader_issuer="https://login.example",
        reader_audience="comments",
        staff_issuer="https://staff.example",
        staff_audience="comments-staff",
        staff_secret=_SECRET[::-1],
    )
    return Authenticator.of(settings, None, clock)


def _token(algorithm: str, key: Any, clock: Clock, number: int) -> str:
    at = int(clock.now().timestamp())
    claims = {
        "iss": "https://login.example",
        "aud": "comments",
        "sub": f"reader-{number}",
        "name": "Sam Subscriber",
        "iat": at,
        "exp": at + 3600,
        "subscription": {"status": "active", "plan": "digital", "valid_until": "2099-01-01T00:00:00Z"},
    }
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "bench"})


def table(costs: list[TokenCost]) -> str:
    """The costs as text."""
    head = f"{'':8}{'verified':>12}{'per s':>10}{'remembered':>14}{'per s':>10}"
    return "\n".join([head, *map(_line, costs)])


def _line(cost: TokenCost) -> str:
    return (
        f"{cost.algorithm:8}{cost.verified_us:>9.1f} µs{1e6 / cost.verified_us:>10,.0f}"
        f"{cost.remembered_us:>11.1f} µs{1e6 / cost.remembered_us:>10,.0f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.tokens", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each figure")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    measured = asyncio.run(measure(given.seconds))
    print(msgspec.json.encode(measured).decode() if given.json else table(measured))
