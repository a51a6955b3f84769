"""Requests by route, as figures: counted in plain dictionaries, turned into Prometheus families when they are
asked for.

One event loop counts, so nothing is locked, and an answer from the page cache is counted in a fraction of a
microsecond.
"""

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


class Tally:
    """Answers of one method, route and status. Made by `RequestMetrics.tally`, and good for as long as the process."""

    __slots__ = ("_seconds", "number")

    def __init__(self, seconds: list[float]) -> None:
        self.number = 0
        self._seconds = seconds

    def count(self, duration_s: float) -> None:
        """One answer that took so long."""
        self.number += 1
        row = self._seconds
        row[bisect_left(BUCKETS_S, duration_s)] += 1
        row[-1] += duration_s


class RequestMetrics(Collector):
    """What was answered: how often, how fast, how many at this moment."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str, int], Tally] = {}
        self._seconds: dict[str, list[float]] = {}
        self.under_way = 0

    def tally(self, method: str, route: str, status: int) -> Tally:
        """Where such answers are counted. `route` is a template, never a path: each one opens a row that stays."""
        key = (method, route, status)
        if (tally := self._tallies.get(key)) is None:
            # One cell for each bucket, one for what is slower than all, and one for the sum.
            row = self._seconds.setdefault(route, [0.0] * (len(BUCKETS_S) + 2))
            tally = self._tallies[key] = Tally(row)
        return tally

    def count(self, method: str, route: str, status: int, duration_s: float) -> None:
        """One answer."""
        self.tally(method, route, status).count(duration_s)

    def collect(self) -> Iterator[Metric]:
        answered = CounterMetricFamily(
            "story_comments_requests", "Requests answered", labels=["method", "route", "status"]
        )
        for (method, route, status), tally in self._tallies.items():
            # A tally that is only kept ready has counted nothing yet.
            if tally.number:
                answered.add_metric([method, route, str(status)], tally.number)
        yield answered
        seconds = HistogramMetricFamily(
            "story_comments_request_duration_seconds", "Time from request to the end of its answer", labels=["route"]
        )
        for route, row in self._seconds.items():
            total = 0.0
            buckets: list[tuple[str, float]] = []
            for bound, within in zip((*BUCKETS_S, "+Inf"), row[:-1], strict=True):
                total += within
                buckets.append((str(bound), total))
            seconds.add_metric([route], buckets, row[-1])
        yield seconds
        under_way = GaugeMetricFamily(
            "story_comments_requests_under_way", "Requests being answered, live streams included"
        )
        under_way.add_metric([], self.under_way)
        yield under_way


# The process's own.
REQUESTS = RequestMetrics()
REGISTRY.register(REQUESTS)
