"""Every operation of the real service, with values that no client sends by mistake: refused, never a failure.

The operations are read from the description, so a new one is tried as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest

from tests.builders import a_comment, a_story
from tests.site import Site

Json = dict[str, Any]
Callers = dict[str, httpx2.Client]
PARTS = ("subscriber", "admin")
TEXTS = [
    "", " ", ".", "..", "%", "_", "'", '"', "\\", "`", "--", ";", "<script>", "{}", "[]", "null", "true", "a,b", "*",
    "0", "-1", "1e309", "NaN", "0x10", "\u0661", "\u00b2", "9223372036854775807", "9223372036854775808",
    "99999999999999999999999999", "-9223372036854775809", "2026-02-30", "2026-11-22T10:00:00", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff", "a" * 201, "a" * 2000, "\u00e4" * 100, "\U0001f600", "\u202e", "\ufeff",
    "\r\nX-Injected: 1", "\x7f", "\x01", "../../etc/passwd", "${jndi:ldap://x}", "AAAA", "WyJ4Iiwge31d", "e30",
]  # fmt: skip
BODIES: list[Any] = [
    None, [], {}, "", 0, True, [[]], {"": ""}, {"__proto__": 1}, {"a" * 5000: 1}, "x" * 60_000,
]  # fmt: skip
VALUES: list[Any] = [
    None, [], {}, "", " ", 0, -1, 1.5, 10**30, -(10**30), True, "x" * 50_000, "\x7f", "\u202e", "\U0001f600",
    "2026-11-22T10:00:00", "2026-11-22", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "not a uuid",
    str(uuid4()), [None], [{}], [[[]]], {"a": 1}, ["x"] * 500,
]  # fmt: skip


@pytest.fixture
def description(site: Site) -> Json:
    with site.api() as api:
        found: Json = api.get("/openapi.json").json()
    return found


@pytest.fixture
def callers(site: Site) -> Iterator[Callers]:
    clients = {part: site.api(part) for part in PARTS}
    yield clients
    for client in clients.values():
        client.close()


def operations(description: Json) -> list[tuple[str, str, Json]]:
    return [
        (method.upper(), path, operation)
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if not path.endswith("/live") and not path.startswith("/health")
    ]


class Places:
    """A story and a comment that exist, so that a request gets as far as it can."""

    def __init__(self, site: Site) -> None:
        self._story = a_story(site)
        self._comment = str(a_comment(site, self._story, by="someone else")["id"])

    def filled(self, path: str, **values: str) -> str:
        given = {"story": self._story, "comment": self._comment, "queue": "held", "subscriber": "nobody", **values}
        for name in [part.split("}")[0] for part in path.split("{")[1:]]:
            path = path.replace(f"{{{name}}}", quote(given.get(name, str(uuid4())), safe=""))
        return path


@pytest.fixture
def places(site: Site) -> Places:
    return Places(site)


def tried(caller: httpx2.Client, method: str, url: str, tells: str, **request: Any) -> list[str]:
    """What is wrong with the answer: a failure, or a refusal that is no problem document."""
    answer = caller.request(method, httpx2.URL(f"{caller.base_url}").copy_with(raw_path=url.encode()), **request)
    if answer.status_code >= 500:
        return [f"{method} {url[:120]} {tells[:80]}: {answer.status_code}"]
    if answer.status_code >= 400 and answer.headers["content-type"] != "application/problem+json":
        return [f"{method} {url[:120]} {tells[:80]}: {answer.headers['content-type']}"]
    return []


def test_no_value_in_a_path_makes_a_failure(description: Json, callers: Callers, places: Places) -> None:
    wrong = [
        fault
        for method, path, operation in operations(description)
        for name in [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
        for text in TEXTS
        for part in PARTS
        for fault in tried(
            callers[part],
            method,
            places.filled(path, **{name: text}),
            part,
            json={} if "requestBody" in operation else None,
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_no_value_in_a_query_makes_a_failure(description: Json, callers: Callers, places: Places) -> None:
    wrong = [
        fault
        for method, path, operation in operations(description)
        for name in [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        for text in [*TEXTS, "%00", "%ff", "%ed%a0%80"]
        for part in PARTS
        for fault in tried(
            callers[part],
            method,
            f"{places.filled(path)}?{name}={text if text.startswith('%') else quote(text, safe='')}",
            part,
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_no_value_in_a_body_makes_a_failure(description: Json, callers: Callers, places: Places) -> None:
    wrong: list[str] = []
    schemas = description["components"]["schemas"]
    for method, path, operation in operations(description):
        if "requestBody" not in operation:
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        members = list(schemas.get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", []))
        bodies = [*BODIES, *({name: value} for name in members for value in VALUES)]
        bodies += [dict.fromkeys(members, value) for value in VALUES]
        for body in bodies:
            for part in PARTS:
                wrong += tried(callers[part], method, places.filled(path), f"{part} {body!r}", json=body)
    assert not wrong, "\n".join(wrong)
