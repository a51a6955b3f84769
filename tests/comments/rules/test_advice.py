"""What a reader is told before they post, and what never."""

import pytest

from service.comments.rules.advice import HOLDS, OTHER, OTHER_REFUSED, REFUSES, codes_of, reasons_for
from service.languages.catalogues import LANGUAGES, english, words_in
from service.screening.checks import CHECKS
from service.screening.rules.signals import Signal


def _codes(*signals: Signal) -> list[str]:
    return codes_of(signals)


def _signal(check: str, kind: str = "hold") -> Signal:
    return Signal(check=check, kind=kind, detail="an insult: moron", matched="Moron")  # type: ignore[arg-type]


def test_each_reason_is_given_once_and_the_gravest_first() -> None:
    assert _codes() == []
    found = [_signal("links"), _signal("words"), _signal("words"), _signal("words", "refuse"), _signal("shape", "note")]
    assert _codes(*found) == ["wording_refused", "links", "wording"]


@pytest.mark.parametrize("check", [*CHECKS, "story_mode", "premoderation", "something new"])
@pytest.mark.parametrize("kind", ["hold", "refuse"])
def test_no_reason_tells_what_was_found(check: str, kind: str) -> None:
    [reason] = reasons_for([_signal(check, kind)], english())
    assert "moron" not in (reason.code + reason.message).lower()
    assert reason.message.endswith((".", "?"))


@pytest.mark.parametrize("check", [*CHECKS, "story_mode", "premoderation"])
def test_every_check_has_words_of_its_own(check: str) -> None:
    assert _codes(_signal(check)) != ["other"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_in_every_language(language: str) -> None:
    words = words_in(language)
    for code in (*HOLDS.values(), *REFUSES.values(), OTHER, OTHER_REFUSED):
        assert words.has(f"advice.{code}")
