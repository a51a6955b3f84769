"""The widget as built, and from its sources: one and the same to whoever reads and writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

import service.web.assets
from scripts import build_widget
from service.web.built import read_built
from tests.servers import empty_database, run_async
from tests.site import Site, running_site, site_settings
from tests.web.conftest import OpenPage
from tests.web.widget.conftest import Story, StoryPage

Read = Callable[..., StoryPage]


def as_built() -> None:
    try:
        if not build_widget.is_fresh():
            build_widget.build()
    except build_widget.CannotBuild as reason:
        pytest.skip(f"the widget cannot be built here: {reason}")


@pytest.fixture(scope="module", params=["built", "sources"])
def site(request: pytest.FixtureRequest, database_url: str, redis_url: str) -> Iterator[Site]:
    """The service with the widget in one form, then in the other."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "built":
            as_built()
        else:
            patch.setattr(service.web.assets, "read_built", lambda _: "the sources are asked for")
        with running_site(site_settings(database_url, redis_url)) as site:
            yield site
    run_async(lambda: empty_database(database_url))


@pytest.fixture
def form(site: Site) -> str:
    """Which of the two is served."""
    with site.api() as anyone:
        text = anyone.get("/embed.js").raise_for_status().text
    return "sources" if 'from "./assets/' in text else "built"


def test_the_form_that_is_asked_for_is_served(request: pytest.FixtureRequest, form: str) -> None:
    assert f"[{form}]" in request.node.name


def test_reading_writing_and_answering_in_another_language(story: Story, read: Read, form: str) -> None:
    root = story.post("Eine Frage", by=f"asks-{form}")
    page = read(story.id, attributes='lang="de"')
    expect(page.element.locator(".count")).to_have_text("1 Kommentar")
    page.sign_in("subscriber", f"antwortet-{form}", name="Ada")
    composer = page.element.get_by_label("Diskutieren Sie diesen Artikel")
    composer.fill("Ein *Gedanke*, und noch einer")
    page.element.get_by_role("button", name="Kommentar veröffentlichen").click()
    expect(page.comment("Ein Gedanke, und noch einer")).to_be_visible()
    page.comment("Eine Frage").get_by_role("button", name="antworten").click()
    page.comment("Eine Frage").get_by_role("textbox").fill("Eine Antwort")
    page.comment("Eine Frage").get_by_role("button", name="Antwort veröffentlichen").click()
    expect(page.comment("Eine Antwort")).to_be_visible()
    # What others say comes by itself, whichever files brought it.
    story.post("Von anderswo", by=f"elsewhere-{form}", parent_id=root)
    expect(page.comment("Von anderswo")).to_be_visible()


def test_built_files_ask_for_one_another_alone(story: Story, read: Read, form: str) -> None:
    page = read(story.id)
    page.sign_in("subscriber", f"loads-{form}")
    expect(page.element.locator("textarea").first).to_be_visible()
    names = page.page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)")
    files = [name for name in names if name.endswith(".js")]
    if form == "sources":
        assert "/embed.js" in files
        assert len(files) > 10
        return
    built = read_built(build_widget.WEB)
    assert not isinstance(built, str)
    assert files[0] == "/embed.js"
    assert files[1:] == [f"/assets/{built.version}/widget/more.js"]


def test_no_name_that_the_built_files_write_shorter_is_the_browsers_own(open_page: OpenPage) -> None:
    if not build_widget.is_fresh():
        pytest.skip("the widget was not built")
    shortened = json.loads((build_widget.WEB / "built" / "built.json").read_bytes())["shortened"]
    known = open_page("about:blank").evaluate(
        "() => Object.values(Object.getOwnPropertyDescriptors(globalThis))"
        ".flatMap(({ value }) => Object.getOwnPropertyNames(value?.prototype ?? {}))"
    )
    assert shortened
    assert "replaceChildren" in known
    assert set(shortened) & set(known) == set()
