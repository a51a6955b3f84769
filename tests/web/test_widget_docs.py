"""What docs/widget.md says of the widget is what the widget is."""

from __future__ import annotations

import re
from pathlib import Path

import service.web

WEB = Path(service.web.__file__).parent
DOCS = WEB.parents[1] / "docs" / "widget.md"
PROPERTIES_MOST = 40


def documented() -> str:
    return DOCS.read_text(encoding="utf-8")


def scripts(*patterns: str) -> str:
    paths = sorted(path for pattern in patterns for path in WEB.glob(pattern))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_every_custom_property_is_documented_and_there_are_few() -> None:
    used = set(re.findall(r"var\((--story-comments-[\w-]+)", scripts("*.js", "widget/*.js")))
    named = set(re.findall(r"--story-comments-[\w-]+", documented()))
    # "side-1 … side-4" names those between.
    assert named | {"--story-comments-side-2", "--story-comments-side-3"} == used
    assert len(used) <= PROPERTIES_MOST


def test_every_part_is_documented() -> None:
    [line] = re.findall(r"^Parts, for `::part\(\)`: (.*)\.$", documented(), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", line)) == set(re.findall(r'part: "(\w+)"', scripts("widget/*.js")))


def test_every_event_is_documented() -> None:
    named = set(re.findall(r"^\| `story-comments:([\w-]+)`", documented(), re.MULTILINE))
    assert named == set(re.findall(r'\b(?:emit\(|tell\(|wayIn\(discussion, )"([\w-]+)"', scripts("widget/*.js")))


def test_every_attribute_is_documented() -> None:
    section = documented().split("## Attributes")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))
    read = set(re.findall(r'(?:this|host)\.getAttribute\("([\w-]+)"\)', scripts("embed.js", "widget/*.js")))
    assert named == read | {"lang"}


def test_head_of_embed_js_names_the_same_events() -> None:
    head = scripts("embed.js").split("*/")[0]
    assert set(re.findall(r"story-comments:([\w-]+)", head)) == set(
        re.findall(r"^\| `story-comments:([\w-]+)`", documented(), re.MULTILINE)
    )
