"""Which language a caller is spoken to in."""

from time import perf_counter

import pytest

from service.languages.negotiation import negotiated

OURS = ("ar", "de", "en", "es", "fr", "ja", "pt")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-CH-1996", "de"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("zh-Hant-TW", "en"),
        ("nl, fr;q=0.5", "fr"),
        ("en;q=0.5, ar;q=0.9", "ar"),
        ("en;q=0.8,ja;q=0.8", "en"),
        ("ja ; q=0.8 , en ; q=0.7", "ja"),
        ("de;q=0.001", "de"),
        ("fr;q=1.000, de", "fr"),
        # A refused language is chosen neither by itself nor through another wish.
        ("de;q=0, fr;q=0.1", "fr"),
        ("de-AT, de;q=0", "en"),
        ("*", "en"),
        ("nl, *;q=0.5", "en"),
        ("*;q=0.1, es", "es"),
        ("en;q=0, *", "ar"),
        ("*;q=0", "en"),
        ("en;q=0", "en"),
        # Nothing that can be read, or nothing of ours.
        ("", "en"),
        (",,, ,", "en"),
        ("deutsch bitte", "en"),
        ("de_DE", "en"),
        ("de;q=2", "en"),
        ("de;q=-1", "en"),
        ("de;q=abc, fr", "fr"),
        ("de;level=1", "en"),
        ("x-klingon", "en"),
        ("..", "en"),
        ("dé", "en"),
        ("\x00", "en"),
    ],
)
def test_the_language_that_is_preferred_of_ours(header: str, language: str) -> None:
    assert negotiated(header, OURS) == language


@pytest.mark.parametrize(
    "header",
    [
        ",".join(f"x{number}" for number in range(100_000)),
        "a" * 1_000_000,
        "a-" * 500_000,
        "de;q=" + "0" * 1_000_000,
        "-" * 1_000_000,
        "," * 1_000_000,
        "*;" * 500_000,
        "; " * 500_000,
    ],
)
def test_a_hostile_header_costs_little(header: str) -> None:
    started = perf_counter()
    for _ in range(100):
        assert negotiated(header, OURS) == "en"
    # A hundredth of this is usual; a machine may be busy.
    assert perf_counter() - started < 1


def test_what_stands_behind_the_first_wishes_is_not_read() -> None:
    assert negotiated(", ".join(["nl"] * 19 + ["de"]), OURS) == "de"
    assert negotiated(", ".join(["nl"] * 20 + ["de"]), OURS) == "en"
