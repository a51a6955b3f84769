"""Fails where the widget's catalogues differ from the English one: a text, a placeholder or a plural category too few,
a text that no script says, or one that is said and stands nowhere.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "service" / "web"
FOLDER = WEB / "shared" / "words"
PARTS = ("reading", "writing", "parts")

# Plural categories of whole and other numbers, as Unicode CLDR has them and Intl.PluralRules chooses among them.
PLURALS: dict[str, frozenset[str]] = {
    "en": frozenset({"one", "other"}),
    "de": frozenset({"one", "other"}),
    "fr": frozenset({"one", "many", "other"}),
    "es": frozenset({"one", "many", "other"}),
    "pt": frozenset({"one", "many", "other"}),
    "ar": frozenset({"zero", "one", "two", "few", "many", "other"}),
    "ja": frozenset({"other"}),
}

# These say one certain number, and a language may have a word for it: "تعليقان" are two comments.
SPELLED_OUT = frozenset({"zero", "one", "two"})

Text = str | dict[str, str]
Catalogue = dict[str, Text]

_PART = re.compile(r"^export const (\w+) = (\{\n.*?^\});$", re.MULTILINE | re.DOTALL)
_BARE_NAME = re.compile(r"([{,]\s*|^\s*)(\w+):", re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A text's name in a script: whole, or only its beginning, to which the rest is added.
_SAID = re.compile(r"""["`]([a-z]\w*)(\$\{|["`])""")
_SAID_FOR_SURE = re.compile(r"""\bsay\(\s*"([\w-]+)\"""")


def read_catalogue(path: Path) -> dict[str, Catalogue]:
    """The parts of one language. ValueError where the file is not written as en.js asks for."""
    found = {name: _object(text) for name, text in _PART.findall(path.read_text(encoding="utf-8"))}
    if tuple(found) != PARTS:
        raise ValueError(f"{path.name}: exports {', '.join(found) or 'nothing'} instead of {', '.join(PARTS)}")
    return found


def _object(text: str) -> Catalogue:
    """An object literal of names and strings, read as JSON once its names are quoted and its last commas gone."""
    strings: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        strings.append(found[0])
        return f"@{len(strings) - 1}@"

    bare = _STRING.sub(put_aside, _COMMENT.sub("", text))
    quoted = re.sub(r",(\s*\})", r"\1", _BARE_NAME.sub(r'\1"\2":', bare))
    whole = re.sub(r"@(\d+)@", lambda found: strings[int(found[1])], quoted)
    catalogue: Catalogue = json.loads(whole, object_pairs_hook=_unique)
    return catalogue


def _unique(pairs: list[tuple[str, Text]]) -> Catalogue:
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))}: stands there twice")
    return dict(pairs)


def faults_in(language: str, catalogue: dict[str, Catalogue], english: dict[str, Catalogue]) -> Iterator[str]:
    """What is wrong with one language's catalogue, as sentences without a subject."""
    for part in PARTS:
        own, model = catalogue[part], english[part]
        for name in model.keys() - own.keys():
            yield f"{part} lacks {name}"
        for name in own.keys() - model.keys():
            yield f"{part} has {name}, which English has not"
        for name in model.keys() & own.keys():
            yield from _faults_of_text(language, name, own[name], model[name])


def _faults_of_text(language: str, name: str, own: Text, model: Text) -> Iterator[str]:
    # English may say one thing of any number where another language cannot.
    if isinstance(own, dict) and isinstance(model, str) and "{count}" not in model:
        yield f"{name} has plurals and counts nothing"
        return
    if isinstance(own, str) and isinstance(model, dict):
        yield f"{name} has no plurals"
        return
    wanted = set().union(*(_PLACEHOLDER.findall(text) for text in _forms(model).values()))
    for category, text in _forms(own).items():
        has = set(_PLACEHOLDER.findall(text))
        may_lack = {"count"} if category in SPELLED_OUT else set()
        if not wanted - may_lack <= has <= wanted:
            yield f"{name} ({category}) has the placeholders {sorted(has)} instead of {sorted(wanted)}"
        if not text.strip():
            yield f"{name} ({category}) is empty"
    if isinstance(own, dict) and own.keys() != PLURALS[language]:
        yield f"{name} has the plurals {sorted(own)} instead of {sorted(PLURALS[language])}"


def _forms(text: Text) -> dict[str, str]:
    return {"text": text} if isinstance(text, str) else text


def faults_of_scripts(english: dict[str, Catalogue], scripts: str) -> Iterator[str]:
    """Texts that are said and stand nowhere, and texts that nobody says."""
    names = {name for part in english.values() for name in part}
    for name in sorted(set(_SAID_FOR_SURE.findall(scripts)) - names):
        yield f"a script says {name}, which is no text"
    found = _SAID.findall(scripts)
    whole = {name for name, end in found if end != "${"}
    beginnings = tuple(name for name, end in found if end == "${")
    for name in sorted(names):
        if name not in whole and not name.startswith(beginnings):
            yield f"no script says {name}"


def faults() -> list[str]:
    """All that is wrong, one line each."""
    languages = {path.stem: read_catalogue(path) for path in sorted(FOLDER.glob("*.js"))}
    found = [f"there is no {language}.js" for language in PLURALS.keys() - languages.keys()]
    found += [f"{language}.js has no plurals in scripts/words.py" for language in languages.keys() - PLURALS.keys()]
    english = languages["en"]
    for language in languages.keys() & PLURALS.keys():
        found += [f"{language}.js: {fault}" for fault in faults_in(language, languages[language], english)]
    every = [*WEB.glob("*.js"), *(WEB / "widget").glob("*.js")]
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in sorted(every))
    return sorted([*found, *faults_of_scripts(english, scripts)])


def main() -> int:
    found = faults()
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
