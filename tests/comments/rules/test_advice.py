"""What a reader is told before they post, and what never."""

import pytest

from service.comments.rules.advice import reasons_for
from service.screening.checks import CHECKS
from service.screening.rules.signals import Signal


def _codes(*signals: Signal) -> list[str]:
    return [reason.code for reason in reasons_for(signals)]


def _signal(check: str, kind: str = "hold") -> Signal:
    return Signal(check=check, kind=kind, detail="an insult: moron", matched="Moron")  # type: ignore[arg-type]


def test_each_reason_is_given_once_and_the_gravest_first() -> None:
    assert _codes() == []
    found = [_signal("links"), _signal("words"), _signal("words"), _signal("words", "refuse"), _signal("shape", "note")]
    assert _codes(*found) == ["wording_refused", "links", "wording"]


@pytest.mark.parametrize("check", [*CHECKS, "story_mode", "premoderation", "something new"])
@pytest.mark.parametrize("kind", ["hold", "refuse"])
def test_no_reason_tells_what_was_found(check: str, kind: str) -> None:
    [reason] = reasons_for([_signal(check, kind)])
    assert "moron" not in (reason.code + reason.message).lower()
    assert reason.message.endswith((".", "?"))


@pytest.mark.parametrize("check", [*CHECKS, "story_mode", "premoderation"])
def test_every_check_has_words_of_its_own(check: str) -> None:
    assert _codes(_signal(check)) != ["other"]
