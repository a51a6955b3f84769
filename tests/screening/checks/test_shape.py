"""What a text looks like."""

import pytest

from service.screening.checks import shape
from service.screening.rules.ruleset import Rules, Shape
from service.screening.rules.signals import Draft, History

NEWCOMER = History(published_count=0, approved_count=0, rejected_count=0, recent_bodies=())
ZALGO = "h̷̢̛̘e̵̢̛̘l̸̢̛̘l̷̢̛̘ơ̸̢̘"


def found(body: str, rules: Rules | None = None) -> list[tuple[str | None, str | None]]:
    draft = Draft(body=body, side=None, about=None, is_reply=False)
    signals = shape.check(draft, NEWCOMER, rules or Rules(version=4))
    assert {(signal.check, signal.rule_version) for signal in signals} <= {("shape", 4)}
    return [(signal.what, signal.matched) for signal in signals]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("\u200b\u2060", "empty"),
        ("\u3164 \u3164", "empty"),
        ("THIS IS AN OUTRAGE AND EVERYBODY KNOWS", "shouting"),
        ("ЭТО БЕЗОБРАЗИЕ И ВСЕ ОБ ЭТОМ ЗНАЮТ ДАВНО", "shouting"),
        ("ΑΥΤΟ ΕΙΝΑΙ ΑΠΑΡΑΔΕΚΤΟ ΚΑΙ ΤΟ ΞΕΡΟΥΝ ΟΛΟΙ", "shouting"),
        ("noooooooooooooooooooooooo", "repeated_character"),
        ("what" + "!" * 40, "repeated_character"),
        ("😂" * 25, "repeated_character"),
        ("buy " * 12, "repeated_word"),
        ("Buy BUY buy Buy buy BUY buy buy buy buy", "repeated_word"),
        ("loremipsum" * 10, "long_word"),
        (ZALGO, "piled_marks"),
        ("a \u202etxet\u202c b", "direction"),
        ("\u2067" * 5 + "x", "direction"),
    ],
)
def test_odd_shapes(text: str, what: str) -> None:
    assert what in [kind for kind, _ in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "An ordinary sentence, with a NATO and an UNESCO in it.",
        "NATO, USA, UK",
        "OK",
        "It was soooo good!!!",
        "ha ha ha ha",
        "a line\n--------------------------------------\nanother",
        "Wait ......................... what",
        "https://example.org/a/very/long/path/that/goes/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on/and/on.html",
        "これは読点のない長い文章ですがどこにも空白がありませんそれでも普通の日本語の文章なので止める理由は全くありませんよね皆さんもそう思いませんか私はそう思いますし他の人たちもきっと同じように思うでしょう",
        "مرحبا بكم في النقاش، هذا نص عادي تمامًا.",
        "שָׁלוֹם עֲלֵיכֶם",
        "Tiếng Việt có nhiều dấu: ế ề ễ ệ",
        "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
        "नमस्ते, यह एक सामान्य टिप्पणी है।",
        "A \u2068mixed\u2069 text with \u2067عربي\u2069 in it",
        "👍",
        "$$$",
    ],
)
def test_ordinary_shapes(text: str) -> None:
    assert found(text) == []


def test_the_place_is_told() -> None:
    assert found("well " + "o" * 30 + " then") == [("repeated_character", "o" * 30)]


def test_links_do_not_shout() -> None:
    assert found("see HTTPS://EXAMPLE.ORG/ABCDEFGHIJKLMNOPQRSTUVWXYZ for more of it, all in small letters") == []


def test_what_nobody_can_see_is_refused() -> None:
    draft = Draft(body="\u3164", side=None, about=None, is_reply=False)
    assert [signal.kind for signal in shape.check(draft, NEWCOMER, Rules())] == ["refuse"]


def test_bounds_are_those_of_the_rules() -> None:
    body = "THIS IS LOUD, but not all of it"
    loud = Rules(version=4, shape=Shape(capitals_share=0.3, capitals_letters_min=5))
    assert [what for what, _ in found(body, loud)] == ["shouting"]
