"""Figures: by route template and never by path, in the form that Prometheus reads, on a port of their own."""

import asyncio
import socket

import httpx2
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from service.app.metrics import metrics_server
from service.infra.request_metrics import BUCKETS_S, RequestMetrics
from tests.app.probe import calling, front


def sample(figures: RequestMetrics, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(figures)
    return registry.get_sample_value(name, labels)


async def test_requests_are_counted_by_template_method_and_status() -> None:
    figures = RequestMetrics()
    async with calling(front(figures=figures)) as client:
        for path in ("/v1/things/a", "/v1/things/b", "/v1/page?limit=x", "/nowhere", "/elsewhere", "/v1/boom"):
            await client.get(path)
        await client.delete("/v1/things/a")
        await client.put("/v1/things/a")
    name = "story_comments_requests_total"
    assert sample(figures, name, method="GET", route="/v1/things/{thing}", status="200") == 2
    assert sample(figures, name, method="DELETE", route="/v1/things/{thing}", status="204") == 1
    assert sample(figures, name, method="PUT", route="/v1/things/{thing}", status="405") == 1
    assert sample(figures, name, method="GET", route="/v1/page", status="422") == 1
    assert sample(figures, name, method="GET", route="/v1/boom", status="500") == 1
    assert sample(figures, name, method="GET", route="(none)", status="404") == 2
    assert sample(figures, "story_comments_request_duration_seconds_count", route="/v1/things/{thing}") == 4


async def test_callers_cannot_open_rows_of_their_own() -> None:
    figures = RequestMetrics()
    async with calling(front(figures=figures)) as client:
        for number in range(30):
            await client.get(f"/x{number}")
            await client.request(f"BREW{number}", "/v1/things/a")
    rows = {
        tuple(s.labels.values()) for family in figures.collect() for s in family.samples if s.name.endswith("_total")
    }
    assert rows == {("GET", "(none)", "404"), ("(other)", "/v1/things/{thing}", "405")}


def test_durations_fall_into_their_buckets() -> None:
    figures = RequestMetrics()
    for seconds in (0.0005, 0.001, 0.003, 100.0):
        figures.count("GET", "/r", 200, seconds)
    name = "story_comments_request_duration_seconds_bucket"
    assert sample(figures, name, route="/r", le="0.001") == 2
    assert sample(figures, name, route="/r", le="0.0025") == 2
    assert sample(figures, name, route="/r", le="0.005") == 3
    assert sample(figures, name, route="/r", le=str(BUCKETS_S[-1])) == 3
    assert sample(figures, name, route="/r", le="+Inf") == 4
    assert sample(figures, "story_comments_request_duration_seconds_sum", route="/r") == pytest.approx(100.0045)


async def test_in_development_figures_are_on_the_same_port() -> None:
    async with calling(front()) as client:
        answer = await client.get("/metrics")
    families = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"story_comments_requests", "story_comments_limits_refused", "story_comments_limits_degraded"} <= families


async def test_figures_are_served_on_a_port_of_their_own() -> None:
    figures, registry = RequestMetrics(), CollectorRegistry()
    registry.register(figures)
    figures.count("GET", "/r", 200, 0.01)
    async with metrics_server("127.0.0.1", 0, registry) as port, httpx2.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/metrics")
        head = await client.head(f"http://127.0.0.1:{port}/metrics")
        others = [
            (await client.request(method, f"http://127.0.0.1:{port}{path}")).status_code
            for method, path in (("GET", "/"), ("POST", "/metrics"), ("GET", "/metrics/"), ("GET", "/v1/me"))
        ]
    assert 'story_comments_requests_total{method="GET",route="/r",status="200"} 1.0' in answer.text
    assert (head.status_code, head.content) == (200, b"")
    assert others == [404] * 4


async def test_each_process_of_a_machine_takes_a_port_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with metrics_server("127.0.0.1", port) as first, metrics_server("127.0.0.1", port) as second:
            assert port < first < second


async def test_a_scraper_that_says_nothing_or_too_much_harms_nothing() -> None:
    async with metrics_server("127.0.0.1", 0, CollectorRegistry()) as port:
        for sent in (b"", b"GET /metrics", b"x" * 100_000, b"\r\n\r\n", b"\xff\xfe\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            if sent.endswith(b"\r\n\r\n"):
                assert (await reader.read()).startswith(b"HTTP/1.1 404")
            writer.close()
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/metrics")).status_code == 200
