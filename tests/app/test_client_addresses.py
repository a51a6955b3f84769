"""Limits by address over HTTP: what a client says about itself buys it nothing."""

import pytest

from tests.app.probe import FEW, calling, front

BURST = FEW[0].burst
# Each of them was believed somewhere, and let a limit be walked round.
SPOOFING = [
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
    "X-Cluster-Client-IP",
    "Fastly-Client-IP",
    "Forwarded",
]


@pytest.mark.parametrize("name", SPOOFING)
async def test_a_spoofed_address_buys_no_further_try(name: str) -> None:
    async with calling(front(trusted_proxies=("10.0.0.0/8",))) as client:
        statuses = []
        for number in range(3 * BURST):
            value = f"for=198.51.100.{number}" if name == "Forwarded" else f"198.51.100.{number}"
            statuses.append((await client.post("/v1/limited", headers={name: value})).status_code)
    assert statuses == [201] * BURST + [429] * (2 * BURST)


async def test_eight_headers_at_once_buy_nothing_either() -> None:
    async with calling(front()) as client:
        statuses = [
            (await client.post("/v1/limited", headers=dict.fromkeys(SPOOFING, f"198.51.100.{number}"))).status_code
            for number in range(3 * BURST)
        ]
    assert statuses.count(201) == BURST


async def test_behind_a_proxy_each_client_has_its_own_limit_and_its_own_lies_stay_its_own() -> None:
    app = front(trusted_proxies=("10.0.0.0/8",))
    async with calling(app, "10.0.0.1") as proxy:

        async def through(client: str, claimed: int) -> int:
            """A client that already sends a chain of its own; the proxy appends whom it sees."""
            chain = f"198.51.100.{claimed}, {client}"
            return (await proxy.post("/v1/limited", headers={"X-Forwarded-For": chain})).status_code

        first = [await through("203.0.113.1", number) for number in range(2 * BURST)]
        second = [await through("203.0.113.2", number) for number in range(2 * BURST)]
    assert first.count(201) == second.count(201) == BURST


async def test_a_chain_in_several_lines_is_one_chain() -> None:
    async with calling(front(trusted_proxies=("10.0.0.0/8",)), "10.0.0.1") as proxy:
        headers = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.9, 10.0.0.2")]
        assert (await proxy.get("/v1/who", headers=headers)).json()["client_address"] == "203.0.113.9"


async def test_an_ipv6_household_shares_a_limit_and_its_neighbour_does_not() -> None:
    app = front()
    statuses = []
    for number in range(2 * BURST):
        async with calling(app, f"2001:db8:1:2::{number:x}") as client:
            statuses.append((await client.post("/v1/limited")).status_code)
    async with calling(app, "2001:db8:1:3::1") as neighbour:
        assert (await neighbour.post("/v1/limited")).status_code == 201
    assert statuses.count(201) == BURST


async def test_a_limited_answer_has_the_three_headers_and_says_when_to_come_back() -> None:
    async with calling(front()) as client:
        for _ in range(BURST):
            await client.post("/v1/limited")
        answer = await client.post("/v1/limited")
    wait = answer.json()["retry_after_s"]
    assert answer.status_code == 429
    assert answer.json()["type"] == "/problems/too-many-requests"
    assert answer.headers["retry-after"] == str(wait)
    assert answer.headers["ratelimit"] == f'"vote-address";r=0;t={wait}'
    assert answer.headers["ratelimit-policy"] == '"vote-address";q=3;w=60;sc-burst=3'


@pytest.mark.parametrize("path", ["/v1/limited/", "//v1/limited", "/v1/%6cimited", "/V1/limited", "/v1/limited?x=1"])
async def test_another_spelling_of_the_path_buys_nothing(path: str) -> None:
    async with calling(front()) as client:
        for _ in range(BURST):
            await client.post("/v1/limited")
        assert (await client.post(path)).status_code in (404, 429)


async def test_what_is_stored_is_coarser_than_what_is_counted() -> None:
    async with calling(front(), "203.0.113.77") as client:
        told = (await client.get("/v1/who")).json()
    assert (told["client_address"], told["client_network"]) == ("203.0.113.77", "203.0.113.0/24")
