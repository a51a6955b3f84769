"""The catalogues: all that the service says to readers, one file of `texts/` for each language.

English is the model. A text that another language lacks, or has with other places for values, is said in English; tests
let no such catalogue pass, so that is for whoever adds a language of their own. The files are found by their names,
read once, and `every()` is asked for at the start.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from service.languages.negotiation import negotiated
from service.languages.plurals import CATEGORIES, category
from service.languages.said import Said, Value

Text = str | dict[str, str]
Texts = dict[str, Text]

_FOLDER: Final = Path(__file__).with_name("texts")
_PLACE: Final = re.compile(r"\{(\w*)\}")
# These name one certain number, and a language may have a word for it.
_SPELLED_OUT: Final = frozenset({"zero", "one", "two"})
# English titles of problems stand with the classes, which the documentation shows.
_ONLY_TRANSLATED: Final = "titles."

ENGLISH: Final = "en"
LANGUAGES: Final = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


class Words:
    """What is said in one language; `language` is its tag, for `Content-Language`."""

    def __init__(self, language: str, texts: Texts) -> None:
        self.language = language
        self._texts = texts
        self._months = str(texts["forms.months"]).split()

    def say(self, text: str, /, **values: Value) -> str:
        """The text of this name with these values; KeyError if there is none, which a test finds first."""
        found = self._texts[text]
        if isinstance(found, dict):
            count = values["count"]
            found = found.get(category(self.language, count) if isinstance(count, int) else "other", found["other"])
        return found.format_map({name: self._put(value) for name, value in values.items()}) if values else found

    def tell(self, what: Said) -> str:
        """What a rule or an action has said, in this language."""
        return self.say(what.text, **what.values)

    def title(self, slug: str) -> str | None:
        """The title of a problem type; None where its own English one is to be shown."""
        found = self._texts.get(f"{_ONLY_TRANSLATED}{slug}")
        return found if isinstance(found, str) else None

    def has(self, text: str) -> bool:
        return text in self._texts

    def moment(self, moment: datetime) -> str:
        """A moment for a sentence that is the same for every reader: in UTC, to the minute."""
        at = moment.astimezone(UTC)
        return self.say("forms.moment", day=at.day, month=self._months[at.month - 1], year=at.year, time=f"{at:%H:%M}")

    def in_a_row(self, *sentences: str) -> str:
        """Sentences as one text."""
        return str(self._texts["forms.between"]).join(sentence for sentence in sentences if sentence)

    def _put(self, value: Value) -> str:
        if isinstance(value, Said):
            return self.tell(value)
        if isinstance(value, tuple):
            return self.in_a_row(*map(self.tell, value))
        return self.moment(value) if isinstance(value, datetime) else str(value)


@cache
def words_in(language: str) -> Words:
    """What is said in one of `LANGUAGES`."""
    return made_of(language, _read(language), _read(ENGLISH))


def made_of(language: str, own: Texts, model: Texts) -> Words:
    """A language's texts, and those of the model where it has none that could stand for them."""
    good = {name: text for name, text in own.items() if not any(faults_of_text(language, text, model.get(name)))}
    return Words(language, {**model, **good})


def english() -> Words:
    return words_in(ENGLISH)


def words_for(accept_language: str) -> Words:
    """What is said to a caller who sends this `Accept-Language`; English for one that says nothing of use."""
    return words_in(negotiated(accept_language, LANGUAGES, ENGLISH))


def every() -> list[Words]:
    """All languages, read. Asked for at the start, so that a file that cannot be read is found there."""
    return [words_in(language) for language in LANGUAGES]


def faults_in(language: str, titles: frozenset[str]) -> Iterator[str]:
    """What is wrong with a language's catalogue, a sentence each; `titles` are the slugs of problems for readers."""
    own, model = _read(language), set(_read(ENGLISH))
    wanted = model if language == ENGLISH else model | {f"{_ONLY_TRANSLATED}{slug}" for slug in titles}
    yield from (f"{language} lacks {name}" for name in sorted(wanted - own.keys()))
    yield from (f"{language} has {name}, which nobody says" for name in sorted(own.keys() - wanted))
    for name, text in own.items():
        yield from (f"{language}: {name} {fault}" for fault in faults_of_text(language, text, _read(ENGLISH).get(name)))


def faults_of_text(language: str, text: Text, model: Text | None) -> Iterator[str]:
    """What keeps a text from being said in the place of the English one; titles have none beside them."""
    if not all(form.strip() for form in _forms(text).values()) and model != " ":
        yield "is empty"
    if model is None:
        return
    if isinstance(text, str) != isinstance(model, str):
        yield "has plural forms in one language and none in the other"
        return
    wanted = {place for form in _forms(model).values() for place in _PLACE.findall(form)}
    for name, form in _forms(text).items():
        has = set(_PLACE.findall(form))
        may_lack = {"count"} if name in _SPELLED_OUT else set()
        if not wanted - may_lack <= has <= wanted or form.count("{") != len(_PLACE.findall(form)):
            yield f"has places for {sorted(has)} instead of {sorted(wanted)}"
    if isinstance(text, dict) and tuple(text) != CATEGORIES.get(language):
        yield f"has the plural forms {tuple(text)} instead of {CATEGORIES.get(language)}"


def _forms(text: Text) -> dict[str, str]:
    return {"other": text} if isinstance(text, str) else text


@cache
def _read(language: str) -> Texts:
    """A file's texts by `section.name`."""
    sections = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}
