"""What is known of the author: what they sent a moment ago, how much of it, and what became of it."""

import pytest

from service.screening.checks import flood, history, new_readers, repeats
from service.screening.rules.prints import likeness, prints_of, shingles_of
from service.screening.rules.ruleset import Flood, NewReaders, PastDecisions, Repeats, Rules
from service.screening.rules.signals import Draft, Earlier, History, Signal

TEXT = "The bridge was built in the wrong place, and everybody on the council knew it at the time."
NEARLY = "The bridge was built in the wrong place, and everybody on the board knew it at the time!!"
OTHER = "Nobody has asked the people who live by the river what they would have liked to see instead."


def known(
    published: int = 0,
    approved: int = 0,
    rejected: int = 0,
    recent: tuple[str, ...] = (),
    ages_s: tuple[float, ...] = (),
    alike: tuple[Earlier, ...] = (),
) -> History:
    return History(published, approved, rejected, recent, ages_s, alike)


def earlier(body: str, author: str = "b", *, own: bool = False, rejected: bool = False) -> Earlier:
    return Earlier(author=author, is_own=own, was_rejected=rejected, body=body)


def draft(body: str = TEXT) -> Draft:
    return Draft(body=body, side=None, about=None, is_reply=False)


def told(signals: list[Signal]) -> list[tuple[str | None, float | None, float | None]]:
    assert all(signal.kind == "hold" and signal.rule_version == 9 and signal.detail for signal in signals)
    return [(signal.what, signal.score, signal.threshold) for signal in signals]


@pytest.mark.parametrize(
    ("body", "past", "expected"),
    [
        (TEXT, known(), []),
        (TEXT, known(recent=(OTHER, TEXT)), [("own_text_again", 1, 1)]),
        (TEXT, known(recent=(f"  {TEXT.upper()}\n",)), [("own_text_again", 1, 1)]),
        (TEXT, known(recent=(TEXT + " And more of it, as long again, on quite another subject than that." * 3,)), []),
        (TEXT, known(alike=(earlier(NEARLY, own=True),)), [("own_text_again", 1, 1)]),
        (TEXT, known(alike=(earlier(OTHER, own=True),)), []),
        (TEXT, known(alike=(earlier(NEARLY, "b"),)), []),
        (TEXT, known(alike=(earlier(NEARLY, "b"), earlier(TEXT, "b"))), []),
        (TEXT, known(alike=(earlier(NEARLY, "b"), earlier(TEXT, "c"))), [("text_of_others", 2, 2)]),
        (TEXT, known(alike=(earlier(NEARLY, "b", rejected=True),)), [("rejected_text", 0.79, 0.6)]),
        ("Thank you!", known(recent=("Thank you!",)), []),
    ],
)  # fmt: skip
def test_repeats(body: str, past: History, expected: list[tuple[str, float, float]]) -> None:
    assert told(repeats.check(draft(body), past, Rules(version=9))) == expected


def test_repeats_go_by_the_rules() -> None:
    strict = Rules(version=9, repeats=Repeats(chars_min=10, own=2, others=1, alike=0.95))
    assert told(repeats.check(draft("Thank you!"), known(recent=("Thank you!",) * 2), strict)) == [
        ("own_text_again", 2, 2)
    ]
    assert told(repeats.check(draft(), known(alike=(earlier(NEARLY),)), strict)) == []
    assert told(repeats.check(draft(), known(alike=(earlier(TEXT.title()),)), strict)) == [("text_of_others", 1, 1)]


@pytest.mark.parametrize(
    ("ages_s", "expected"),
    [
        ((), []),
        ((1.0, 100.0), []),
        ((1.0, 100.0, 300.0), [("many_comments", 3, 3)]),
        ((1.0, 100.0, 301.0), []),
        ((1.0, 2.0, 3.0, 4.0, 9000.0), [("many_comments", 4, 3)]),
    ],
)
def test_flood(ages_s: tuple[float, ...], expected: list[tuple[str, float, float]]) -> None:
    rules = Rules(version=9, flood=Flood(most=3, minutes=5))
    assert told(flood.check(draft(), known(ages_s=ages_s), rules)) == expected


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (known(), [("new_reader", 0, 2)]),
        (known(published=1, approved=1), [("new_reader", 1, 2)]),
        (known(published=2, approved=2), []),
        (known(published=30, approved=0), []),
    ],
)
def test_new_readers(past: History, expected: list[tuple[str, float, float]]) -> None:
    rules = Rules(version=9, new_readers=NewReaders(approved_min=2, published_min=30, use="on"))
    assert told(new_readers.check(draft(), past, rules)) == expected


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (known(rejected=4), []),
        (known(rejected=5), [("rejected_share", 1.0, 0.5)]),
        (known(published=5, rejected=5), [("rejected_share", 0.5, 0.5)]),
        (known(published=6, rejected=5), []),
        (known(published=5), []),
    ],
)
def test_history(past: History, expected: list[tuple[str, float, float]]) -> None:
    rules = Rules(version=9, history=PastDecisions(rejected_share=0.5, sample_min=5))
    assert told(history.check(draft(), past, rules)) == expected


def test_prints_are_those_of_the_words_not_of_their_dress() -> None:
    assert prints_of(TEXT, 40) == prints_of(f"  {TEXT.upper()}!!\n\n", 40) == prints_of(TEXT.replace("e", "é"), 40)
    assert prints_of(TEXT[:39], 40) == []
    assert len(prints_of(TEXT, 40)) == 3
    assert all(-(2**63) <= one < 2**63 for one in prints_of(TEXT * 20, 40))


def test_nearly_equal_texts_mostly_share_a_print_and_others_do_not() -> None:
    words = (TEXT + " " + OTHER).split()
    bodies = [" ".join(words[at:] + words[:at]) for at in range(len(words))]
    shared = 0
    for at, body in enumerate(bodies):
        changed = body.split()
        changed[at % len(changed)] = f"word{at}"
        shared += bool(set(prints_of(body, 40)) & set(prints_of(" ".join(changed), 40)))
    assert shared >= 0.9 * len(bodies)
    different = [" ".join(f"{word}{at}" for word in words) for at in range(200)]
    assert len({one for body in different for one in prints_of(body, 40)}) == 600


@pytest.mark.parametrize(
    "text", ["傻逼" * 30, "これは一つの文章です。" * 5, "ไม่มีช่องว่าง" * 10, "a" * 100, "!" * 100, " " * 100, "😀" * 60]
)
def test_any_text_has_prints_that_stay(text: str) -> None:
    assert prints_of(text, 40) == prints_of(text, 40)
    assert likeness(shingles_of(text), shingles_of(text)) == 1.0


def test_texts_of_scripts_without_spaces_are_alike_too() -> None:
    one = (
        "この記事の内容は全く正しくないと思います、なぜなら橋は別の場所に建てられるべきだったからです。そう思いませんか"
    )
    assert set(prints_of(one, 40)) & set(prints_of(one.replace("全く", "少しも"), 40))
    assert likeness(shingles_of(one), shingles_of(one.replace("全く", "少しも"))) > 0.8
