"""Asking all services at once: a budget, a breaker, a declared choice when one fails, and never a raised error."""

import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY

from service.infra.http_client import HttpClient
from service.kernel import limits
from service.screening.outside.asking import OutsideServices, configured
from service.screening.outside.breaker import Breaker
from service.screening.outside.service import Later, Opinion, Text
from service.screening.outside.signed_check import SignedCheck
from service.screening.rules.ruleset import Outside, OutsideService, Rules
from tests.screening.outside.peer import Peer, a_text
from tests.screening.outside.test_services import BUDGET_S, SECRET
from tests.site import site_settings

pytestmark = pytest.mark.anyio


def rules(**check: object) -> Rules:
    """Rules in which the publisher's own check is used so."""
    return Rules(version=7, outside=Outside(check=OutsideService(**check)))  # type: ignore[arg-type]


class Says:
    """A plug-in that has its answer ready, or an error."""

    name = "check"

    def __init__(self, said: Opinion | Later | None | Exception) -> None:
        self.said, self.times_asked = said, 0

    async def ask(self, http: HttpClient, text: Text, deadline_s: float) -> Opinion | Later | None:
        self.times_asked += 1
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def _decided(decided: str) -> float:
    labels = {"service": "check", "decided": decided}
    return REGISTRY.get_sample_value("screening_outside_failed_total", labels) or 0.0


@pytest.mark.parametrize(("choice", "kind"), [("publish", "note"), ("hold", "hold")])
async def test_service_that_stalls_costs_its_budget_and_what_is_declared_is_done(
    http: HttpClient, peer: Peer, choice: str, kind: str
) -> None:
    peer.stalls = True
    before = _decided(choice)

    signals = await OutsideServices(http, [SignedCheck(peer.url, SECRET)], 0.2).signals(
        a_text(), rules(when_failing=choice)
    )

    # It is answered while the service still stalls.
    assert not peer.may_go_on.is_set()
    assert [(signal.check, signal.kind, signal.what, signal.rule_version) for signal in signals] == [
        ("check", kind, "failed", 7)
    ]
    assert "0.2 s" in signals[0].detail
    assert _decided(choice) == before + 1


async def test_opinion_becomes_a_signal(http: HttpClient) -> None:
    services = OutsideServices(http, [Says(Opinion("hold", "spam", 0.9))], BUDGET_S)

    (signal,) = await services.signals(a_text(), rules())

    assert (signal.kind, signal.detail, signal.score) == ("hold", "spam", 0.9)


async def test_later_and_no_opinion(http: HttpClient) -> None:
    waiting = await OutsideServices(http, [Says(Later())], BUDGET_S).signals(a_text(), rules(when_failing="hold"))
    silent = await OutsideServices(http, [Says(None)], BUDGET_S).signals(a_text(), rules())

    assert [(signal.kind, signal.what) for signal in waiting] == [("hold", "waiting")]
    assert silent == []


async def test_plug_in_with_a_fault_costs_no_comment(http: HttpClient) -> None:
    (signal,) = await OutsideServices(http, [Says(ZeroDivisionError())], BUDGET_S).signals(a_text(), rules())

    assert (signal.kind, signal.what) == ("note", "failed")
    assert "ZeroDivisionError" in signal.detail


async def test_service_is_not_asked_when_the_rules_leave_it_off(http: HttpClient) -> None:
    service = Says(Opinion("hold", "spam"))

    assert await OutsideServices(http, [service], BUDGET_S).signals(a_text(), rules(use="off")) == []
    assert service.times_asked == 0


async def test_service_in_shadow_is_asked_and_holds_nothing(http: HttpClient) -> None:
    told = await OutsideServices(http, [Says(Opinion("hold", "spam"))], BUDGET_S).signals(a_text(), rules(use="shadow"))

    assert [(signal.kind, signal.would) for signal in told] == [("note", "hold")]


async def test_service_that_keeps_failing_is_left_alone(http: HttpClient) -> None:
    service = Says(OSError("away"))
    services = OutsideServices(http, [service], BUDGET_S)

    for _ in range(limits.outside_failures_max + 3):
        (signal,) = await services.signals(a_text(), rules(when_failing="hold"))

    assert service.times_asked == limits.outside_failures_max
    assert (signal.kind, signal.what) == ("hold", "failed")
    assert "left alone" in signal.detail
    assert REGISTRY.get_sample_value("screening_outside_left_alone", {"service": "check"}) == 1


def test_breaker_lets_one_call_find_out_after_its_pause() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(limits.outside_failures_max):
        assert breaker.lets_through()
        breaker.failed()
    assert not breaker.lets_through()

    now = limits.outside_pause_s
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.lets_through()

    now *= 2
    assert breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through()
    assert not breaker.open


async def test_private_address_is_refused_unless_allowed(peer: Peer) -> None:
    async with HttpClient.open(private_allowed=False) as http:
        (signal,) = await OutsideServices(http, [SignedCheck(peer.url, SECRET)], BUDGET_S).signals(a_text(), rules())

    assert signal.what == "failed"
    assert peer.asked == []


def test_only_what_the_settings_name_is_asked() -> None:
    none = site_settings("postgresql://x/y", None)
    all_three = replace(
        none, akismet_key="k", akismet_blog="https://news.example", moderation_url="https://m.example",
        check_url="https://c.example", check_secret=SECRET,
    )  # fmt: skip

    assert configured(none) == ()
    assert [service.name for service in configured(all_three)] == ["akismet", "moderation", "check"]
