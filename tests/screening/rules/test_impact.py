"""How a change of the rules is counted over comments, and when it is too large for one person."""

from typing import Literal

import pytest

from service.screening.rules.impact import EXAMPLES_MAX, Screened, Tally, needs_second_admin
from service.screening.rules.signals import Signal
from service.screening.rules.verdict import Verdict, judge


def _said(*kinds: Literal["note", "hold", "refuse"], check: str = "words", words: str | None = "a") -> Screened:
    signals = [Signal(check=check, kind=kind, detail="", list=words, matched=f"{kind}!") for kind in kinds]
    return Screened(judge(signals), signals)


NOTHING, HELD, REFUSED = _said(), _said("hold"), _said("refuse")


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        (NOTHING, NOTHING, (0, 0, 0, 0)),
        (HELD, HELD, (0, 0, 0, 0)),
        (NOTHING, HELD, (1, 0, 0, 0)),
        (NOTHING, REFUSED, (0, 1, 0, 0)),
        (HELD, REFUSED, (0, 1, 0, 0)),
        (HELD, NOTHING, (0, 0, 1, 0)),
        (REFUSED, NOTHING, (0, 0, 0, 1)),
        (REFUSED, HELD, (0, 0, 0, 1)),
        (REFUSED, REFUSED, (0, 0, 0, 0)),
    ],
)
def test_each_way_from_one_outcome_to_another_is_counted(
    before: Screened, after: Screened, counted: tuple[int, ...]
) -> None:
    tally = Tally()
    tally.add(before, after)
    assert (tally.newly_held, tally.newly_refused, tally.no_longer_held, tally.no_longer_refused) == counted
    assert tally.hit == counted[0] + counted[1]
    assert tally.sampled == 1


def test_each_part_is_counted_by_itself() -> None:
    tally = Tally()
    both = Screened(Verdict.HOLD, [*HELD.signals, *_said("hold", words="b").signals, *_said("hold", words="b").signals])
    tally.add(HELD, both)
    tally.add(both, _said("hold", check="links", words=None))
    assert {part: (one.asks, one.asks_no_more) for part, one in tally.parts.items()} == {
        ("words", "a"): (0, 1),
        ("words", "b"): (1, 1),
        ("links", None): (1, 0),
    }
    # The outcome is the same, so nobody would notice.
    assert tally.hit == 0


def test_what_moderators_made_of_the_comments_is_counted_with_them() -> None:
    tally = Tally()
    tally.add(NOTHING, HELD, was_rejected=True)
    tally.add(NOTHING, HELD)
    tally.add(HELD, NOTHING, was_rejected=True)
    part = tally.parts["words", "a"]
    assert (part.asks, part.asks_rejected, part.asks_no_more, part.asks_no_more_rejected) == (2, 1, 1, 1)


def test_what_a_part_in_shadow_would_do_is_counted_apart() -> None:
    tally = Tally()
    noted = Signal(check="shape", kind="note", detail="", would="refuse")
    tally.add(NOTHING, Screened(Verdict.PUBLISH, [noted]))
    [(part, counted)] = tally.parts.items()
    assert (part, counted.asks, counted.shadow, tally.hit) == (("shape", None), 0, 1, 0)


def test_examples_are_few_and_say_what_was_found() -> None:
    tally = Tally()
    for _ in range(EXAMPLES_MAX + 3):
        tally.add(NOTHING, HELD)
    examples = tally.parts["words", "a"].examples
    assert [example.place for example in examples] == list(range(EXAMPLES_MAX))
    assert (examples[0].before, examples[0].after, examples[0].matched) == ("publish", "hold", "hold!")


@pytest.mark.parametrize(
    ("hit", "sampled", "needed"),
    [(0, 0, False), (1, 1, False), (2, 2, True), (1, 20, False), (50, 1000, False), (51, 1000, True)],
)
def test_more_than_the_share_needs_a_second_admin(hit: int, sampled: int, needed: bool) -> None:
    assert needs_second_admin(hit, sampled, 0.05) is needed


def test_a_share_of_one_never_needs_one() -> None:
    assert not needs_second_admin(1000, 1000, 1)
