"""The measuring of tokens measures what it says."""

from __future__ import annotations

from bench.tokens import measure, table


async def test_each_algorithm_has_a_cost_and_remembering_is_worth_it() -> None:
    costs = await measure(seconds=0.05)
    assert [cost.algorithm for cost in costs] == ["RS256", "ES256", "EdDSA", "HS256"]
    for cost in costs:
        assert 0 < cost.remembered_us < cost.verified_us
    lines = table(costs).splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("RS256")
