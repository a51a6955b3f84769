"""The demonstration page: all sections of a story, and nothing in its data that could become markup."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

import service.web
from service.web.page import DemoStory, Forecast, Passage, Question, Side, plain_page, story_page

EXAMPLE = Path(service.web.__file__).parents[1] / "example" / "story.json"
HOSTILE = "\"'><img src=x onerror=alert(1)>&amp;"


class Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.anchors: list[str] = []
        self.stories: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if "data-story-comments-anchor" in given:
            self.anchors.append(given["data-story-comments-anchor"] or "")
        if tag == "story-comments":
            self.stories.append(given["story-id"] or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def example() -> DemoStory:
    return msgspec.json.decode(EXAMPLE.read_bytes(), type=DemoStory)


def test_every_section_of_the_example_is_on_the_page(example: DemoStory) -> None:
    page = Elements(story_page(example, "v"))
    text = " ".join(page.texts)
    passages = [*example.key_points, *example.body, example.explainer, example.noise_level, *example.timeline]
    for said in (
        example.title,
        example.why_it_matters,
        example.forecast.text,
        *(passage.text for passage in passages),
        *(side.claim for side in example.sides),
        *(question.question for question in example.forecast.questions),
    ):
        assert said in text
    assert page.stories == [example.id]


def test_every_passage_says_that_comments_may_be_about_it(example: DemoStory) -> None:
    anchors = Elements(story_page(example, "v")).anchors
    assert len(anchors) == len(set(anchors))
    assert set(anchors) == {
        "why-it-matters",
        *(passage.id for passage in (*example.key_points, *example.body, *example.timeline)),
        *(side.id for side in example.sides),
        example.explainer.id,
        example.noise_level.id,
        example.forecast.id,
    }


def test_no_text_of_a_story_becomes_markup() -> None:
    passage = Passage(HOSTILE, HOSTILE, HOSTILE)
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    story = DemoStory(
        id=HOSTILE,
        section=HOSTILE,
        title=HOSTILE,
        published_at=moment,
        why_it_matters=HOSTILE,
        key_points=[passage],
        body=[passage],
        explainer=passage,
        sides=[Side(HOSTILE, HOSTILE, HOSTILE)],
        noise_level=passage,
        forecast=Forecast(HOSTILE, HOSTILE, [Question(HOSTILE, HOSTILE, moment)]),
        timeline=[passage],
    )
    page = story_page(story, "v")
    assert "<img" not in page
    elements = Elements(page)
    assert elements.stories == [HOSTILE]
    assert elements.tags.count("h1") == 1
    assert "$" not in page


def test_any_other_story_gets_its_discussion_alone() -> None:
    page = Elements(plain_page("another-story", "v"))
    assert page.stories == ["another-story"]
    assert page.anchors == []
