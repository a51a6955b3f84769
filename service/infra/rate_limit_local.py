"""The same limits within one process, for when Redis is away. Bounded: it forgets before it grows."""

from collections.abc import Sequence

from service.kernel.rate_limits import Rate

KEYS_MAX = 50_000


class LocalLimits:
    """GCRA in a dictionary: for each key the moment, in microseconds of the process's clock, at which its
    bucket is full.
    """

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._full_at: dict[str, int] = {}
        self._keys_max = keys_max

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, asked: Sequence[tuple[Rate, str]], names: Sequence[str], now_s: float) -> tuple[int, int] | None:
        """Takes a try from every key, or from none: then microseconds to wait, and which key makes one wait
        the longest.
        """
        now = int(now_s * 1_000_000)
        refusal: tuple[int, int] | None = None
        for number, ((rate, _), name) in enumerate(zip(asked, names, strict=True)):
            wait = max(self._full_at.get(name, 0), now) + rate.interval_us * (1 - rate.burst) - now
            if wait > 0 and (refusal is None or wait > refusal[0]):
                refusal = (wait, number)
        if refusal is None:
            self.charge(asked, names, now_s)
        return refusal

    def charge(self, asked: Sequence[tuple[Rate, str]], names: Sequence[str], now_s: float) -> None:
        """Takes a try from every key without asking, never emptying a bucket further than empty."""
        now = int(now_s * 1_000_000)
        for (rate, _), name in zip(asked, names, strict=True):
            full_at = max(self._full_at.get(name, 0), now) + rate.interval_us
            self._full_at[name] = min(full_at, now + rate.interval_us * rate.burst)
        if len(self._full_at) > self._keys_max:
            self._forget(now)

    def _forget(self, now: int) -> None:
        """Drops what is full anyway, then what will be full soonest, down to nine tenths, so that this is
        rarely done.
        """
        self._full_at = {name: at for name, at in self._full_at.items() if at > now}
        kept = self._keys_max * 9 // 10
        if len(self._full_at) > kept:
            emptiest = sorted(self._full_at.items(), key=lambda item: item[1], reverse=True)
            self._full_at = dict(emptiest[:kept])
