"""Asks every configured service at once, within one budget, and turns what they say, or fail to say, into signals."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from prometheus_client import Counter, Gauge, Histogram

from service.infra.clock import monotonic
from service.infra.config import Settings
from service.infra.http_client import HttpClient, OutboundFailed, OutboundRefused
from service.screening.outside.akismet import Akismet
from service.screening.outside.breaker import Breaker
from service.screening.outside.moderation import ModerationEndpoint
from service.screening.outside.service import Failed, Later, Opinion, OutsideService, Text
from service.screening.outside.signed_check import SignedCheck
from service.screening.rules.opinions import signal_of, signal_of_failure, signal_of_waiting
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Signal

_log = structlog.get_logger(__name__)
_ASKED: Final = Counter(
    "screening_outside_total", "Texts by outside service and what came of it", ["service", "outcome"]
)
_DECIDED: Final = Counter(
    "screening_outside_failed_total", "Texts that an outside service failed to judge, by what was done instead",
    ["service", "decided"],
)  # fmt: skip
_SECONDS: Final = Histogram(
    "screening_outside_seconds", "How long an outside service was waited for", ["service"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip
_LEFT_ALONE: Final = Gauge("screening_outside_left_alone", "1 while a failing service is left alone", ["service"])


def configured(settings: Settings) -> tuple[OutsideService, ...]:
    """The services that the settings name."""
    services: list[OutsideService] = []
    if settings.akismet_key and settings.akismet_blog:
        services.append(Akismet(settings.akismet_key, settings.akismet_blog, settings.akismet_url))
    if settings.moderation_url:
        services.append(ModerationEndpoint(settings.moderation_url, settings.moderation_key, settings.moderation_model))
    if settings.check_url and settings.check_secret:
        services.append(SignedCheck(settings.check_url, settings.check_secret))
    return tuple(services)


class OutsideServices:
    """The services of one process, each with its breaker."""

    def __init__(self, http: HttpClient, services: Sequence[OutsideService], budget_s: float) -> None:
        self._http, self._budget_s = http, budget_s
        self._services = [(service, Breaker()) for service in services]

    async def signals(self, text: Text, rules: Rules) -> list[Signal]:
        """What they noticed, in the order in which they are configured; never later than the budget, never raises."""
        asked = [pair for pair in self._services if getattr(rules.outside, pair[0].name).use != "off"]
        if not asked:
            return []
        told = await asyncio.gather(*(self._signal(service, breaker, text, rules) for service, breaker in asked))
        return [signal for signal in told if signal is not None]

    async def _signal(self, service: OutsideService, breaker: Breaker, text: Text, rules: Rules) -> Signal | None:
        if not breaker.lets_through():
            return self._failed(service, breaker, "left_alone", "is left alone after several failures", rules)
        started = monotonic()
        try:
            # The client has the same deadline; this one holds for whatever a plug-in does besides.
            async with asyncio.timeout(self._budget_s):
                said = await service.ask(self._http, text, self._budget_s)
        except TimeoutError:
            breaker.failed()
            return self._failed(service, breaker, "late", f"gave no answer within {self._budget_s:g} s", rules)
        except (Failed, OutboundFailed, OutboundRefused) as error:
            breaker.failed()
            return self._failed(service, breaker, "failed", str(error), rules)
        except Exception as error:  # noqa: BLE001
            # A plug-in may be anybody's; a fault in it must not cost a reader the comment.
            _log.exception("An outside service's plug-in failed", service=service.name)
            breaker.failed()
            return self._failed(service, breaker, "failed", type(error).__name__, rules)
        finally:
            _SECONDS.labels(service.name).observe(monotonic() - started)
        breaker.succeeded()
        _LEFT_ALONE.labels(service.name).set(0)
        return _told(service.name, said, rules)

    def _failed(self, service: OutsideService, breaker: Breaker, outcome: str, why: str, rules: Rules) -> Signal:
        signal = signal_of_failure(service.name, why, rules)
        decided = "hold" if signal.kind == "hold" else "publish"
        _ASKED.labels(service.name, outcome).inc()
        _DECIDED.labels(service.name, decided).inc()
        _LEFT_ALONE.labels(service.name).set(int(breaker.open))
        _log.warning("An outside service failed", service=service.name, why=why, decided=decided)
        return signal


def _told(name: str, said: Opinion | Later | None, rules: Rules) -> Signal | None:
    if said is None:
        _ASKED.labels(name, "no_opinion").inc()
        return None
    if isinstance(said, Later):
        _ASKED.labels(name, "later").inc()
        return signal_of_waiting(name, rules)
    signal = signal_of(name, said.asks, said.detail, said.score, rules)
    _ASKED.labels(name, "hold" if signal is not None and "hold" in (signal.kind, signal.would) else "publish").inc()
    return signal
