"""Listed words are found through disguises, at their place, and innocent look-alikes are left alone."""

import pytest

from service.screening.checks import words
from service.screening.rules.ruleset import Rules, WordList
from service.screening.rules.signals import Draft, History

NEWCOMER = History(published_count=0, approved_count=0, rejected_count=0, recent_bodies=())
RULES = Rules(
    version=3,
    words=(
        WordList(
            name="english",
            kind="suspect",
            words=("idiot*", "moron", "ass", "asshole", "shit", "dick", "scum", "slut", "kill yourself", "go die"),
            language="en",
            harm="abuse",
        ),
        WordList(name="spanish", kind="suspect", words=("ano", "cabron"), language="es"),
        WordList(name="other", kind="blocked", words=("сука", "傻逼", "バカ", "ควาย", "خنزير", "चूतिया", "바보*", "🍆")),
        WordList(name="fine", kind="allowed", words=("dick van dyke", "moby dick", "idiotypic")),
        WordList(name="resting", kind="blocked", words=("turnip",), use="off"),
    ),
)


def found(text: str) -> list[str]:
    """The parts of the text that were matched, in their order."""
    draft = Draft(body=text, side=None, about=None, is_reply=False)
    signals = words.check(draft, NEWCOMER, RULES)
    for signal in signals:
        assert signal.start is not None
        assert text[signal.start : signal.end] == signal.matched
        assert (signal.check, signal.rule_version) == ("words", 3)
    return [signal.matched or "" for signal in signals]


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("What an IDIOT!", "IDIOT"),
        ("Idiots, all of them.", "Idiots"),
        ("an ｉｄｉｏｔ", "ｉｄｉｏｔ"),
        ("an 𝓲𝓭𝓲𝓸𝓽", "𝓲𝓭𝓲𝓸𝓽"),
        ("an ⓘⓓⓘⓞⓣ", "ⓘⓓⓘⓞⓣ"),
        ("an 🅸🅳🅸🅾🆃", "🅸🅳🅸🅾🆃"),
        ("an îdîöt", "îdîöt"),
        ("an іdіоt in Cyrillic parts", "іdіоt"),
        ("an i\u200bd\u200di\u00ado\u2060t", "i\u200bd\u200di\u00ado\u2060t"),
        ("an 1d10t", "1d10t"),
        ("an id!ot, really", "id!ot"),
        ("an |diot", "|diot"),
        ("an i d i o t here", "i d i o t"),
        ("an i.d.i.o.t", "i.d.i.o.t"),
        ("i-d-i-o-t", "i-d-i-o-t"),
        ("an i_d_i_o_t", "i_d_i_o_t"),
        ("a idioooot", "idioooot"),
        ("a mooorooon", "mooorooon"),
        ("mmmoooorrrroooonnnn", "mmmoooorrrroooonnnn"),
        ("an asssshole", "asssshole"),
        ("an a$$hole", "a$$hole"),
        ("an a55ho1e", "a55ho1e"),
        ("sh*t", "sh*t"),
        ("**sh*t**", "sh*t"),
        ("s**t!", "s**t"),
        ("shlt", "shlt"),
        ("scvm", "scvm"),
        ("dead sc.um", "sc.um"),
        ("Kill   yourself.", "Kill   yourself"),
        ("KILL-YOURSELF", "KILL-YOURSELF"),
        ("a moron's view", "moron"),
        ("idiot,they say", "idiot"),
        ("k1ll y0urs3lf", "k1ll y0urs3lf"),
        ("go, die", "go, die"),
        ("¡Cabrón!", "Cabrón"),
        ("ты сука", "сука"),
        ("ты c y k a", "c y k a"),
        ("你是傻逼吗", "傻逼"),
        ("你是傻 逼吗", "傻 逼"),
        ("バカじゃない", "バカ"),
        ("ไอ้ควายมาก", "ควาย"),
        ("يا خنزير", "خنزير"),
        ("يا خِنْزِير", "خِنْزِير"),
        ("तुम चूतिया हो", "चूतिया"),
        ("바보야", "바보야"),
        ("nice 🍆", "🍆"),
    ],
)
def test_found_at_its_place(text: str, matched: str) -> None:
    assert found(text) == [matched]


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe, Essex and Penistone assess a class of passengers.",
        "Charles Dickens and Moby Dick; Dick van Dyke, too.",
        "The idiotypic network of antibodies.",
        "Where should we go. Die Zeit will tell.",
        "Take the A55 past 455 houses, at $5 each, 100 % sure.",
        "as soon as the pass is clear, as a rule",
        "A shiitake dish, and a moronic inferno.",
        "Este año no hay otro.",
        "Det är slut nu, och jag har inte tid för att vara med.",
        "Das Buch ist sehr dick und die Seiten sind nicht leicht.",
        "A turnip.",
        "see a, s, d and f on the keyboard",
    ],
)
def test_innocent_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_every_place_is_told_up_to_a_bound() -> None:
    assert found("moron, m0ron and moooron") == ["moron", "m0ron", "moooron"]
    assert len(found("moron " * 1_000)) == 20


def test_a_word_outside_the_allowed_one_still_counts() -> None:
    assert found("Moby Dick is about a dick.") == ["dick"]


def test_signals_say_what_the_list_says() -> None:
    draft = Draft(body="m0r0n, сука", side=None, about=None, is_reply=False)
    first, second = words.check(draft, NEWCOMER, RULES)
    assert (first.kind, first.what, first.list, first.harm) == ("hold", "suspect", "english", "abuse")
    assert first.detail == "a word to look at, disguised: moron"
    assert (second.kind, second.what, second.list, second.harm) == ("refuse", "blocked", "other", None)


def test_a_list_is_prepared_once() -> None:
    assert words.prepare(RULES) is words.prepare(RULES)
    assert words.prepare(Rules(words=RULES.words[:1])) is not words.prepare(RULES)


@pytest.mark.parametrize("listed", ["", " ", "*", "!!", "\u200b", "...*", "a*", "é", "ß"])
def test_any_listed_word_can_be_looked_for(listed: str) -> None:
    rules = Rules(words=(WordList(name="odd", kind="suspect", words=(listed,)),))
    draft = Draft(body="Some text! With é, ß, and * in it...", side=None, about=None, is_reply=False)
    assert all(signal.matched for signal in words.check(draft, NEWCOMER, rules))


@pytest.mark.parametrize(
    "text", ["", " ", "!", "\u200b", "*" * 50, "a" * 50, "a." * 50, "1" * 50, "\ud7ff\ue000", "́" * 5]
)
def test_any_text_can_be_searched(text: str) -> None:
    assert found(text) == []
