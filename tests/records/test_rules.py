"""What people type into a search, and what is asked of the index by it."""

import pytest

from service.kernel.problems import InvalidRequest
from service.records.rules import TERMS_MAX, Question, of_kind, question, without_order


@pytest.mark.parametrize(
    ("typed", "exact", "loose"),
    [
        ("climate", "'climate'", "'climate'"),
        ("  climate \t law ", "'climate' & 'law'", "'climate' & 'law'"),
        ('"climate law"', "'climate law'", "'climate law'"),
        ('"climate law', "'climate law'", "'climate law'"),
        ("clim*", "'clim':*", "'clim':*"),
        ("clim** law", "'clim':* & 'law'", "'clim':* & 'law'"),
        ("climate -law", "'climate' & !'law'", "'climate'"),
        ('climate -"federal law"', "'climate' & !'federal law'", "'climate'"),
        ("climate -law*", "'climate' & !'law':*", "'climate'"),
        ("well-known", "'well-known'", "'well-known'"),
        ("don't", "'don''t'", "'don''t'"),
        ("a\\b", "'a\\\\b'", "'a\\\\b'"),
        ("climate & ! ( law | :", "'climate' & 'law'", "'climate' & 'law'"),
        ("Größe 中文", "'Größe' & '中文'", "'Größe' & '中文'"),
    ],
)
def test_what_is_typed_is_asked(typed: str, exact: str, loose: str) -> None:
    assert question(typed) == Question(exact, loose)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "-law", '-"federal law"', "* ! & |", '""', "a*", " ".join(f"word{n}" for n in range(TERMS_MAX + 1))],
)
def test_what_names_nothing_to_find_or_too_much_is_refused(typed: str) -> None:
    with pytest.raises(InvalidRequest):
        question(typed)


def test_without_order_words_only_need_to_be_there() -> None:
    assert without_order("'climat' <-> 'law' & 'in' <3> 'court'") == "'climat' & 'law' & 'in' & 'court'"


def test_words_are_of_one_kind() -> None:
    parsed = "'climat' <-> 'don''t' & !'la':* & ( 'a' | 'b' )"
    assert of_kind(parsed, "B") == "'climat':B <-> 'don''t':B & !'la':*B & ( 'a':B | 'b':B )"
