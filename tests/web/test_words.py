"""Every text that a script asks for exists, and every text that exists is asked for."""

import re
from pathlib import Path

import service.web

WEB = Path(service.web.__file__).parent
KEY = re.compile(r'^  "?([\w-]+)"?: ["{]', re.MULTILINE)
# A word in quotes, or the beginning of one that the rest is added to.
SAID = re.compile(r"""["`]([a-z_]+)(\$\{|["`])""")


def catalogue() -> set[str]:
    texts = [(WEB / "shared" / name).read_text(encoding="utf-8") for name in ("words.js", "words-writing.js")]
    return {key for text in texts for key in KEY.findall(text.split("Catalogue} */", 1)[1].split("\n};", 1)[0])}


def scripts() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((WEB / "widget").glob("*.js")))


def test_every_text_that_is_said_exists() -> None:
    said = set(re.findall(r'\bsay\(\s*"([\w-]+)"', scripts()))
    assert said
    assert said - catalogue() == set()


def test_every_text_that_exists_is_said() -> None:
    found = SAID.findall(scripts())
    whole = {word for word, end in found if end != "${"}
    beginnings = tuple(word for word, end in found if end == "${")
    unsaid = {key for key in catalogue() if key not in whole and not key.startswith(beginnings)}
    assert unsaid == set()
