"""The checks measured on cases of our own: evasions, innocent look-alikes, and what the checks are known to miss.

`cases.jsonl` has one case a line: its kind, its text, what should become of it (`publish`, `hold` or `refuse`), and of
its author what matters. They are judged by the rules in `rules.json`, or by others that are given.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Final, Literal

import msgspec

from service.screening.pipeline import screen
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, Earlier, History, Signal
from service.screening.rules.verdict import Verdict

_HERE: Final = files(__name__)


class Author(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a case's author. Each of `alike`: who wrote it ("me" is the author), the text, was it
    rejected?"""

    published: int = 0
    rejected: int = 0
    recent: tuple[str, ...] = ()
    alike: tuple[tuple[str, str, bool], ...] = ()


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and what should become of it."""

    kind: str
    expect: Literal["publish", "hold", "refuse"]
    text: str
    author: Author = Author()


class Judged(msgspec.Struct, frozen=True):
    """A case and what became of it."""

    case: Case
    verdict: Verdict
    signals: list[Signal]

    @property
    def is_right(self) -> bool:
        return self.verdict == self.case.expect


class Tally(msgspec.Struct, frozen=True):
    """Of a kind of cases, or of all: how many, how many of them something should be found in, and how it went.

    Of a refusal where a hold was right, or the other way round, something was found: that is told by `right` alone.
    """

    kind: str
    cases: int
    right: int
    # Something should be found, and was, or was not; nothing should, and was.
    found: int
    missed: int
    false: int

    @property
    def precision(self) -> float | None:
        """Of those in which something was found, the share in which it should be; None where nothing was."""
        return self.found / (self.found + self.false) if self.found + self.false else None

    @property
    def recall(self) -> float | None:
        """Of those in which something should be found, the share in which it was; None where nothing should."""
        return self.found / (self.found + self.missed) if self.found + self.missed else None


def read_cases() -> list[Case]:
    """The cases, in the order of the file."""
    lines = (_HERE / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Case) for line in lines]


def read_rules() -> Rules:
    """The rules that the cases are made for."""
    return msgspec.json.decode((_HERE / "rules.json").read_bytes(), type=Rules)


def judge_cases(cases: Iterable[Case], rules: Rules) -> Iterator[Judged]:
    """Each case through all checks."""
    for case in cases:
        author = case.author
        history = History(
            published_count=author.published,
            approved_count=0,
            rejected_count=author.rejected,
            recent_bodies=author.recent,
            alike=tuple(
                Earlier(author=who, is_own=who == "me", was_rejected=rejected, body=body)
                for who, body, rejected in author.alike
            ),
        )
        screening = screen(Draft(body=case.text, side=None, about=None, is_reply=False), history, rules)
        yield Judged(case, screening.verdict, screening.signals)


def tallies(judged: Sequence[Judged]) -> list[Tally]:
    """One for each kind, in the order in which they come, and last one for all."""
    by_kind: dict[str, list[Judged]] = {}
    for one in judged:
        by_kind.setdefault(one.case.kind, []).append(one)
    return [_tally(kind, some) for kind, some in by_kind.items()] + [_tally("all", judged)]


def _tally(kind: str, judged: Sequence[Judged]) -> Tally:
    wanted = [one for one in judged if one.case.expect != "publish"]
    return Tally(
        kind=kind,
        cases=len(judged),
        right=sum(one.is_right for one in judged),
        found=sum(one.verdict != Verdict.PUBLISH for one in wanted),
        missed=sum(one.verdict == Verdict.PUBLISH for one in wanted),
        false=sum(one.verdict != Verdict.PUBLISH for one in judged if one.case.expect == "publish"),
    )
