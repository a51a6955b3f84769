"""A circuit breaker: a service that keeps failing is left alone for a while, so that it costs no more waiting."""

from collections.abc import Callable

from service.infra.clock import monotonic
from service.kernel import limits


class Breaker:
    """Opens after several failures in a row; after a pause one call finds out for all whether the service is back."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._failures = 0
        self._closed_again_at = 0.0

    @property
    def open(self) -> bool:
        """Whether the last calls failed and none has gone well since."""
        return self._failures >= limits.outside_failures_max

    def lets_through(self) -> bool:
        """Whether this call may be made; the one that finds out takes the others' place until it knows."""
        if not self.open:
            return True
        now = self._seconds()
        if now < self._closed_again_at:
            return False
        self._closed_again_at = now + limits.outside_pause_s
        return True

    def failed(self) -> None:
        self._failures += 1
        self._closed_again_at = self._seconds() + limits.outside_pause_s

    def succeeded(self) -> None:
        self._failures = 0
