"""What screening costs: an ordinary comment of 500 characters with 5,000 listed words, and hostile texts of the
greatest length beside an ordinary one of the same length.

Processor time, the least of several rounds: what else runs here only makes it more.
"""

import random
from collections.abc import Callable
from time import process_time
from typing import Any, Final

from service.kernel import limits
from service.screening.pipeline import screen
from service.screening.rules.prints import prints_of
from service.screening.rules.ruleset import Links, Rules, WordList
from service.screening.rules.signals import Draft, Earlier, History

_LISTED: Final = 5_000
_CHARS: Final = 500
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"
_SENTENCES: Final = (
    "The council knew about the bridge for years, and nobody asked the people who live by the river.",
    "I don't think that's quite right: the report says it was 2019, not 2021, and the mayor's office said so too.",
    "What would it have cost to build it further up, where the road is wider?",
    "Thank you for this; it's the first article I've read on it that names its sources (see the third paragraph).",
    "My neighbour worked there, and she says the opposite. Who's right?",
    "Those who can't afford a car won't care, and those who can will drive round it anyway.",
)
_FRENCH: Final = (
    "L'été dernier, le maire avait déjà évoqué cette idée ; à l'époque, personne n'y croyait, même pas ses élus."
)
_RUSSIAN: Final = "Я думаю, что это очень хорошая статья, но автор не прав в главном вопросе, и это легко доказать."
_JAPANESE: Final = "この記事はとても良く書かれていますが、橋の場所についての説明が足りないと思います。"


def measure(quick: bool) -> list[dict[str, Any]]:
    """Rows of microseconds of a comment; hostile ones with their ratio to an ordinary text of the same length."""
    seconds = 0.05 if quick else 0.4
    rules = _rules()
    rows = []
    for name, text in {
        "English": " ".join(_SENTENCES),
        "French": _FRENCH,
        "Russian": _RUSSIAN,
        "Japanese": _JAPANESE,
    }.items():
        us = _microseconds(_work(rules, _of_length(text, _CHARS)), seconds)
        rows.append({"what": f"{_CHARS:,} characters, {_LISTED:,} listed words, {name}", "us": us})
    english = _of_length(" ".join(_SENTENCES), _CHARS)
    like_it = (Earlier(author="b", is_own=False, was_rejected=False, body=english),)
    us = _microseconds(_work(rules, english, like_it * 12), seconds)
    rows.append({"what": f"{_CHARS:,} characters, a dozen texts like it", "us": us})
    rows.append(
        {
            "what": f"{_CHARS:,} characters, prints of the text",
            "us": _microseconds(lambda: prints_of(english, 40), seconds),
        }
    )
    most = limits.body_chars_max
    ordinary = _microseconds(_work(rules, _of_length(" ".join(_SENTENCES), most)), seconds)
    rows.append({"what": f"{most:,} characters, ordinary", "us": ordinary})
    for name, part in _hostile(rules).items():
        us = _microseconds(_work(rules, _of_length(part, most, between="")), seconds)
        rows.append({"what": f"{most:,} characters, {name}", "us": us, "of_ordinary": us / ordinary})
    return rows


def _hostile(rules: Rules) -> dict[str, str]:
    """Texts made to cost: repeated until they are long enough."""
    listed = [word.removesuffix("*") for word in rules.words[0].words[:400]]
    return {
        "a listed word": f"{listed[0]} ",
        "400 listed words": " ".join(listed) + " ",
        "400 in pieces": " ".join(".".join(word) for word in listed) + " ",
        "400 stretched": " ".join(word[0] + word[1] * 5 + word[2:] for word in listed) + " ",
        "400 with digits": " ".join(word.replace("e", "3").replace("o", "0") for word in listed) + " ",
        "400 masked": " ".join(f"{word[:2]}*{word[3:]}" for word in listed) + " ",
        "400 with unseen characters": " ".join("\u200b".join(word) for word in listed) + " ",
        "400 in look-alikes": " ".join(word.replace("a", "а").replace("e", "е").replace("o", "о") for word in listed)
        + " ",
        "all disguises": " ".join(
            f"{'.'.join(one)} {two[0]}{two[1] * 4}{two[2:]} {three[:2]}*{three[3:]} l33t"
            for one, two, three in zip(listed[::3], listed[1::3], listed[2::3], strict=False)
        ),
        "beginnings of words": " ".join(word[:-1] for word in listed) + " ",
        "letters alone": "a b c d ",
        "one letter": "a",
        "one sign": "*",
        "a letter and a sign": "a.",
        "a letter and a mark": "a\u0301\u0301\u0301\u0301",
        "digits": "10",
        "an allowed phrase": "an allowed phrase ",
        "links": "https://a.example ",
        "dots": "a.b.c.d.example.com",
        "ats": "https://a@b@c@d.example",
        "brackets": "a[.]",
        "Han": "白",
        "Han apart": "白 ",
        "rare characters": "".join(map(chr, range(0x4E00, 0x4E00 + 10_000))),
        "astral letters": "𝓪𝓫𝓬𝓭",
        "overrides": "\u202e",
        "empty lines": "\n",
        "capitals": "A",
    }


def _rules() -> Rules:
    random.seed(20)
    words: set[str] = set()
    while len(words) < _LISTED:
        syllables = [random.choice(_CONSONANTS) + random.choice(_VOWELS) for _ in range(random.randint(3, 5))]
        words.add("".join(syllables) + random.choice(("", "x", "q*", "*")))
    listed = sorted(words)
    random.shuffle(listed)
    return Rules(
        version=1,
        words=(
            WordList(name="suspect", kind="suspect", words=tuple(listed[: _LISTED // 2])),
            WordList(name="blocked", kind="blocked", words=tuple(listed[_LISTED // 2 : _LISTED - 500]), language="en"),
            WordList(name="phrases", kind="suspect", words=tuple(f"{word} phrase" for word in listed[-500:])),
            WordList(name="others", kind="suspect", words=("白痴", "дурак*", "バカ")),
            WordList(name="fine", kind="allowed", words=("an allowed phrase",)),
        ),
        links=Links(allowed=("example.org",), blocked=tuple(f"spam{number}.example" for number in range(1_000))),
    )


def _work(rules: Rules, body: str, alike: tuple[Earlier, ...] = ()) -> Callable[[], object]:
    draft = Draft(body=body, side=None, about=None, is_reply=False)
    recent = tuple(_of_length(sentence, 300) for sentence in _SENTENCES)
    history = History(5, 5, 0, recent, tuple(60.0 * number for number in range(20)), alike)
    return lambda: screen(draft, history, rules)


def _of_length(text: str, chars: int, between: str = " ") -> str:
    return ((text + between) * (chars // len(text) + 1))[:chars]


def _microseconds(work: Callable[[], object], seconds: float) -> float:
    """Processor time of one call, the least of five measurements."""
    work()
    best = float("inf")
    for _ in range(5):
        calls, started = 0, process_time()
        while (spent := process_time() - started) < seconds / 5:
            work()
            calls += 1
        best = min(best, spent / calls)
    return round(best * 1e6, 1)
