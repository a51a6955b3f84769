"""The demonstration page: a story as a news site would lay it out, with its discussion below.

Everything that comes from data is escaped here. Each part of the story that comments may be about says so with
`data-story-comments-anchor`, which is all that a real page has to do as well.
"""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

import msgspec


class Passage(msgspec.Struct, frozen=True):
    """A part of the story that comments may be about."""

    id: str
    text: str
    label: str | None = None


class Side(msgspec.Struct, frozen=True):
    """A position on the story, and what it says."""

    id: str
    label: str
    claim: str


class Question(msgspec.Struct, frozen=True):
    """Something that will be known on a day to come."""

    id: str
    question: str
    closes_at: datetime


class Forecast(msgspec.Struct, frozen=True):
    """What is expected next, and what readers may judge the odds of."""

    id: str
    text: str
    questions: list[Question]


class DemoStory(msgspec.Struct, frozen=True):
    """A story with all of its sections, as `service/example/story.json` tells it."""

    id: str
    section: str
    title: str
    published_at: datetime
    why_it_matters: str
    key_points: list[Passage]
    body: list[Passage]
    explainer: Passage
    sides: list[Side]
    noise_level: Passage
    forecast: Forecast
    timeline: list[Passage]
    site: str = "main"


WHY_ANCHOR = "why-it-matters"
NOISE_LEVELS = ("Low", "Medium", "High")

_TEMPLATE = Template((Path(__file__).parent / "demo" / "page.html").read_text(encoding="utf-8"))


_EXAMPLES = Template((Path(__file__).parent / "demo" / "widget.html").read_text(encoding="utf-8"))


def widget_page(story: DemoStory, version: str) -> str:
    """The examples of `docs/widget.md`, live, with the example story's discussion."""
    point = story.key_points[0]
    return _EXAMPLES.substitute(
        version=version,
        story_id=escape(story.id),
        site=escape(story.site),
        anchor_id=escape(point.id),
        anchor_text=escape(point.text),
    )


def story_page(story: DemoStory, version: str) -> str:
    """The whole page of a story, loading its scripts and styles at `version`."""
    return _page(
        version,
        story_id=story.id,
        title=story.title,
        kicker=_paragraph("kicker", story.section.title()),
        dateline=f'<time datetime="{story.published_at.isoformat()}">{_day(story.published_at)}</time>',
        article=_article(story),
    )


def plain_page(story_id: str, version: str) -> str:
    """The page of any other story: nothing but its discussion. Its title comes from the service, in the browser."""
    return _page(version, story_id=story_id, title=f"Story {story_id}", kicker="", dateline="", article="")


def _page(version: str, *, story_id: str, title: str, kicker: str, dateline: str, article: str) -> str:
    texts = {"story_id": escape(story_id), "title": escape(title)}
    return _TEMPLATE.substitute(texts, version=version, kicker=kicker, dateline=dateline, article=article)


def _article(story: DemoStory) -> str:
    return "\n".join(
        (
            '<div class="story">',
            _section("why", "Why it matters", _anchored("p", Passage(WHY_ANCHOR, story.why_it_matters))),
            _section("points", "Key points", _list("ul", (_anchored("li", point) for point in story.key_points))),
            _section("report", "The report", "\n".join(_anchored("p", passage) for passage in story.body)),
            _section("explainer", "In plain words", _anchored("p", story.explainer)),
            _section("sides", "Two sides", _list("ul", map(_side, story.sides))),
            '</div><div class="margin">',
            _section("noise", "Noise level", _noise(story.noise_level)),
            _section("forecast", "What comes next", _forecast(story.forecast)),
            _section("timeline", "How it came to this", _list("ol", map(_event, story.timeline))),
            "</div>",
        )
    )


def _section(name: str, heading: str, content: str) -> str:
    return (
        f'<section class="{name}" aria-labelledby="{name}"><h2 id="{name}">{escape(heading)}</h2>\n{content}</section>'
    )


def _anchored(tag: str, passage: Passage) -> str:
    return f'<{tag} data-story-comments-anchor="{escape(passage.id)}">{escape(passage.text)}</{tag}>'


def _list(tag: str, items: Iterable[str]) -> str:
    return f"<{tag}>{''.join(items)}</{tag}>"


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>'


def _side(side: Side) -> str:
    return (
        f'<li data-story-comments-anchor="{escape(side.id)}">'
        f"<h3>{escape(side.label)}</h3><p>{escape(side.claim)}</p></li>"
    )


def _noise(level: Passage) -> str:
    """The level in words, and as bars for the eye."""
    height = NOISE_LEVELS.index(level.text) + 1 if level.text in NOISE_LEVELS else 0
    bars = "".join(f'<i class="{"on" if bar < height else "off"}"></i>' for bar in range(len(NOISE_LEVELS)))
    return (
        f'<p data-story-comments-anchor="{escape(level.id)}">'
        f'<span class="bars" aria-hidden="true">{bars}</span><span class="level">{escape(level.text)}</span></p>'
    )


def _forecast(forecast: Forecast) -> str:
    questions = (
        f"<li>{escape(one.question)} "
        f'<small>Closes on <time datetime="{one.closes_at.isoformat()}">{_day(one.closes_at)}</time></small></li>'
        for one in forecast.questions
    )
    return _anchored("p", Passage(forecast.id, forecast.text)) + _list("ul", questions)


def _event(event: Passage) -> str:
    return (
        f'<li data-story-comments-anchor="{escape(event.id)}">'
        f"<h3>{escape(event.label or '')}</h3><p>{escape(event.text)}</p></li>"
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
