"""What a change of the rules would do to comments that are there: counted for each part of the rules, with examples."""

from collections.abc import Sequence
from typing import Final

import msgspec

from service.screening.rules.signals import Signal
from service.screening.rules.verdict import Verdict

# A handful of comments says little: fewer count as so many, so that on an empty site one of them needs no second admin.
SAMPLE_LEAST: Final = 20
EXAMPLES_MAX: Final = 5

# A check, and of the words the list.
Part = tuple[str, str | None]


class Screened(msgspec.Struct, frozen=True):
    """What rules say of a comment."""

    verdict: Verdict
    signals: Sequence[Signal]


class Example(msgspec.Struct, frozen=True):
    """A comment on which the change would tell, by its place in the sample."""

    place: int
    before: Verdict
    after: Verdict
    matched: str | None


class PartTally(msgspec.Struct):
    """How one part would act otherwise. `asks` counts comments in which it asks to hold or refuse and did not before,
    `asks_no_more` the other way round, each with how many of them were rejected; `shadow` counts those that it would
    only note."""

    asks: int = 0
    asks_rejected: int = 0
    asks_no_more: int = 0
    asks_no_more_rejected: int = 0
    shadow: int = 0
    examples: list[Example] = msgspec.field(default_factory=list)


class Tally(msgspec.Struct):
    """How a change would treat a sample of comments, each held against what the rules in force say of it now."""

    sampled: int = 0
    newly_held: int = 0
    newly_refused: int = 0
    no_longer_held: int = 0
    no_longer_refused: int = 0
    parts: dict[Part, PartTally] = msgspec.field(default_factory=dict)

    @property
    def hit(self) -> int:
        """Comments that would be treated more strictly."""
        return self.newly_held + self.newly_refused

    def add(self, before: Screened, after: Screened, *, was_rejected: bool = False) -> None:
        """Counts one more comment; `was_rejected` is what moderators made of it in the end."""
        match (before.verdict, after.verdict):
            case (Verdict.PUBLISH, Verdict.HOLD):
                self.newly_held += 1
            case (Verdict.HOLD, Verdict.PUBLISH):
                self.no_longer_held += 1
            case (was, Verdict.REFUSE) if was != Verdict.REFUSE:
                self.newly_refused += 1
            case (Verdict.REFUSE, became) if became != Verdict.REFUSE:
                self.no_longer_refused += 1
        asked, asks = _asking(before.signals), _asking(after.signals)
        for part in asks.keys() - asked.keys():
            self._of(part).asks += 1
            self._of(part).asks_rejected += was_rejected
            self._example(part, before, after, asks[part])
        for part in asked.keys() - asks.keys():
            self._of(part).asks_no_more += 1
            self._of(part).asks_no_more_rejected += was_rejected
            self._example(part, before, after, asked[part])
        for part in {(signal.check, signal.list) for signal in after.signals if signal.would is not None}:
            self._of(part).shadow += 1
        self.sampled += 1

    def _of(self, part: Part) -> PartTally:
        return self.parts.setdefault(part, PartTally())

    def _example(self, part: Part, before: Screened, after: Screened, signal: Signal) -> None:
        examples = self._of(part).examples
        if len(examples) < EXAMPLES_MAX:
            examples.append(Example(self.sampled, before.verdict, after.verdict, signal.matched))


def hit_share(hit: int, sampled: int) -> float:
    """The share of comments that a change would hit; of fewer than 20 it is the share of 20."""
    return hit / max(sampled, SAMPLE_LEAST)


def needs_second_admin(hit: int, sampled: int, most_share: float) -> bool:
    """Whether a change is too large for one person. Making rules milder never is: a mistake must be undone at once."""
    return hit_share(hit, sampled) > most_share


def _asking(signals: Sequence[Signal]) -> dict[Part, Signal]:
    """The parts that ask for something, each with its first finding."""
    asking: dict[Part, Signal] = {}
    for signal in signals:
        if signal.kind != "note":
            asking.setdefault((signal.check, signal.list), signal)
    return asking
