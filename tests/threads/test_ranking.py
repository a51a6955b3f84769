"""The figures that orders sort by: the database and the formulas agree."""

import asyncpg
import pytest

from service.threads.rules.ranking import best_rank, controversy_rank

_VOTES = [(up, down) for up in (0, 1, 2, 3, 10, 99, 46_481) for down in (0, 1, 2, 7, 142)]


@pytest.mark.anyio
async def test_database_and_formulas_agree(conn: asyncpg.Connection) -> None:
    for up, down in _VOTES:
        row = await conn.fetchrow("SELECT best_rank($1, $2), controversy_rank($1, $2)", up, down)
        assert row is not None
        assert row[0] == pytest.approx(best_rank(up, down), abs=1e-12)
        assert row[1] == pytest.approx(controversy_rank(up, down), rel=1e-12)


@pytest.mark.parametrize(
    ("better", "worse"),
    [((10, 0), (1, 0)), ((1, 0), (0, 0)), ((0, 0), (0, 1)), ((0, 1), (0, 9)), ((100, 10), (5, 0)), ((10, 1), (10, 5))],
)
def test_best_prefers_more_votes_and_a_larger_share(better: tuple[int, int], worse: tuple[int, int]) -> None:
    assert best_rank(*better) > best_rank(*worse)


def test_known_values() -> None:
    # Worked by hand from the formula with z = 1.96.
    assert best_rank(1, 0) == pytest.approx(1 / (1 + 1.96**2))
    assert best_rank(8, 2) == pytest.approx(0.49015685, abs=1e-5)
    assert controversy_rank(10, 10) == 20
    assert controversy_rank(10, 0) == 0
