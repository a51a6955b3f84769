"""What an outside service says, as the rules weigh it."""

from typing import Any

import pytest

from service.screening.rules.opinions import signal_of
from service.screening.rules.ruleset import Outside, OutsideService, Rules


@pytest.mark.parametrize(
    ("part", "asks", "score", "expected"),
    [
        # Without a threshold the service's own advice counts.
        ({}, "publish", None, None),
        ({}, "publish", 0.1, None),
        ({}, "publish", 0.6, ("note", None)),
        ({}, "hold", None, ("hold", None)),
        ({}, "hold", 0.1, ("hold", None)),
        # With one, the score does, where there is one.
        ({"hold_at": 0.7}, "hold", 0.69, ("note", None)),
        ({"hold_at": 0.7}, "hold", 0.2, ("note", None)),
        ({"hold_at": 0.7}, "publish", 0.7, ("hold", None)),
        ({"hold_at": 0.7}, "hold", None, ("hold", None)),
        ({"use": "shadow"}, "hold", None, ("note", "hold")),
    ],
)
def test_opinion_weighed(part: dict[str, Any], asks: Any, score: float | None, expected: Any) -> None:
    rules = Rules(version=3, outside=Outside(moderation=OutsideService(**part)))

    signal = signal_of("moderation", asks, "why", score, rules)

    assert (signal and (signal.kind, signal.would)) == expected
    assert signal is None or (signal.rule_version, signal.detail, signal.score) == (3, "why", score)
