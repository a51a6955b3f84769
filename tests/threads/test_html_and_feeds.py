"""Threads without our scripts: plain HTML that search engines understand, feeds that readers of feeds take, counts."""

import gzip
import json
import re
import warnings
from datetime import datetime, timedelta
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest

from tests.builders import STORY, a_comment, a_story
from tests.site import Site
from tests.threads.microdata import Item, Microdata

SCHEMA = "https://schema.org/"
HOSTILE = "</div></article><script>alert(1)</script> \"'><img src=x onerror=alert(2)> &amp; ]]> &"
HOSTILE_NAME = "Eve <b>\"'&"


def comments_html(site: Site, story: str) -> str:
    with site.api() as api:
        answer = api.get(f"/v1/stories/{story}/comments.html").raise_for_status()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.text


def posting_of(page: str) -> Item:
    [posting] = Microdata(page).items
    assert posting.type == f"{SCHEMA}DiscussionForumPosting"
    return posting


def test_a_thread_is_a_discussion_with_its_comments_in_their_places(site: Site) -> None:
    story = a_story(site, published_at="2026-11-20T08:00:00Z")
    root = a_comment(site, story, "The *root*.")
    reply = a_comment(site, story, "The reply.", by="bo", parent_id=root["id"])
    a_comment(site, story, "Another root.", by="kim")
    posting = posting_of(comments_html(site, story))

    assert posting.text("headline") == STORY["title"]
    assert posting.text("url") == STORY["url"]
    assert posting.text("identifier") == story
    assert posting.text("datePublished") == "2026-11-20T08:00:00Z"
    assert posting.item("author").type == f"{SCHEMA}Organization"
    assert posting.item("author").text("name") == "main"
    counter = posting.item("interactionStatistic")
    assert counter.text("interactionType") == f"{SCHEMA}CommentAction"
    assert counter.text("userInteractionCount") == "3"

    newest, shown = posting.items("comment")
    assert newest.text("text") == "Another root."
    assert shown.text("text") == "The root."
    assert shown.text("url") == f"{STORY['url']}#comment-{root['id']}"
    assert shown.item("author").text("name") == root["author"]["name"]
    assert _moment(shown.text("datePublished")) == _moment(root["created_at"])
    assert (shown.text("upvoteCount"), shown.text("downvoteCount")) == ("0", "0")
    [answer] = shown.items("comment")
    assert answer.text("text") == "The reply."
    assert answer.item("author").text("name") == reply["author"]["name"]
    for comment in (newest, shown, answer):
        assert comment.type == f"{SCHEMA}Comment"
        assert comment.item("author").type == f"{SCHEMA}Person"


def test_nothing_that_people_wrote_becomes_markup(site: Site) -> None:
    story = a_story(site, title=HOSTILE, url="https://news.example/a?b='&c=<".replace("<", "%3C"))
    with site.api("subscriber", "eve", name=HOSTILE_NAME) as eve:
        answer = eve.post(f"/v1/stories/{story}/comments", json={"body": HOSTILE})
        assert answer.status_code == 201, answer.text
    page = comments_html(site, story)
    parsed = Microdata(page)
    assert not {"img", "style", "iframe"} & set(parsed.tags)
    assert parsed.tags.count("script") == 1  # Our own, which holds data.
    assert parsed.tags.count("b") == 1
    assert not {name for name in parsed.attributes if name.startswith("on")}
    assert all(target.startswith(("https://", "#")) for target in parsed.targets)
    posting = posting_of(page)
    assert posting.text("headline") == HOSTILE
    [comment] = posting.items("comment")
    # An entity that somebody wrote is the sign that it stands for, as Markdown has it.
    assert comment.text("text") == HOSTILE.replace("&amp;", "&")
    assert comment.item("author").text("name") == answer.json()["author"]["name"]


def test_a_removed_comment_is_a_placeholder_with_its_replies(site: Site) -> None:
    story = a_story(site)
    root = a_comment(site, story, "Taken back.")
    a_comment(site, story, "Still here.", by="bo", parent_id=root["id"])
    with site.api("subscriber", "sam") as api:
        api.delete(f"/v1/comments/{root['id']}").raise_for_status()
    page = comments_html(site, story)
    assert "Taken back" not in page
    page = re.sub("<script.*?</script>", "", page)
    assert page.count(root["author"]["name"]) == 1  # The reader who answered is called the same.
    assert "This comment was removed." in Microdata(page).texts
    [reply] = posting_of(page).items("comment")
    assert reply.text("text") == "Still here."


def test_a_story_without_comments_invites(site: Site) -> None:
    story = a_story(site, url=None)
    page = comments_html(site, story)
    assert "Be the first to share your perspective." in Microdata(page).texts
    posting = posting_of(page)
    assert posting.items("comment") == []
    assert "url" not in posting.properties
    assert "datePublished" not in posting.properties


def test_neither_html_nor_feed_is_there_for_a_hidden_or_unknown_story(site: Site) -> None:
    hidden = a_story(site, "hidden-1", state="hidden")
    with site.api() as api:
        for story in (hidden, "nobody-knows"):
            for name in ("comments.html", "feed.atom"):
                assert api.get(f"/v1/stories/{story}/{name}").status_code == 404


def feed_of(site: Site, path: str) -> Any:
    with site.api() as api:
        answer = api.get(path).raise_for_status()
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert "max-age=" in answer.headers["Cache-Control"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # What a library deprecates within itself.
        feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.id == f"{site.url}{path}"
    [own] = [link for link in feed.feed.links if link.rel == "self"]
    assert own.href == f"{site.url}{path}"
    assert feed.feed.title
    assert _moment(feed.feed.updated) is not None
    return feed


def test_a_storys_feed_has_its_comments_newest_first(site: Site) -> None:
    story = a_story(site)
    root = a_comment(site, story, "The *root*, with words.")
    reply = a_comment(site, story, "The reply.", by="bo", parent_id=root["id"])
    with site.api("subscriber", "sam") as api:
        change = {"body": "The *root*, changed.", "seen_revision": 1}
        edited = api.patch(f"/v1/comments/{root['id']}", json=change).raise_for_status().json()
    feed = feed_of(site, f"/v1/stories/{story}/feed.atom")
    assert [entry.id for entry in feed.entries] == [f"urn:uuid:{reply['id']}", f"urn:uuid:{root['id']}"]
    entry = feed.entries[1]
    assert entry.link == f"{STORY['url']}#comment-{root['id']}"
    assert entry.title == f"{STORY['title']}: The root, changed."
    assert entry.author == root["author"]["name"]
    assert _moment(entry.published) == _moment(root["created_at"])
    assert _moment(entry.updated) == _moment(edited["edited_at"])
    assert _moment(feed.feed.updated) == _moment(edited["edited_at"])
    [content] = entry.content
    assert (content.type, content.value) == ("text/html", "<p>The <em>root</em>, changed.</p>")
    [page] = [link.href for link in feed.feed.links if link.rel == "alternate"]
    assert page == STORY["url"]


def test_a_sites_feed_has_that_sites_comments_only(site: Site) -> None:
    ours, without_url = a_story(site), a_story(site, "story-2", url=None)
    other, hidden = a_story(site, "story-3", site="other"), a_story(site, "story-4")
    shown = [a_comment(site, ours), a_comment(site, without_url, by="bo")]
    a_comment(site, other, by="kim")
    a_comment(site, hidden, by="kim")
    a_story(site, "story-4", state="hidden")
    feed = feed_of(site, "/v1/sites/main/feed.atom")
    assert [entry.id for entry in feed.entries] == [f"urn:uuid:{comment['id']}" for comment in reversed(shown)]
    assert feed.entries[0].link == f"{site.url}/v1/comments/{shown[1]['id']}/context"
    assert feed_of(site, "/v1/sites/nobody/feed.atom").entries == []


def latest_of(site: Site, path: str) -> list[dict[str, Any]]:
    with site.api() as anyone:
        return list(anyone.get(path).raise_for_status().json()["comments"])


def test_latest_of_a_site_are_that_sites_newest(site: Site) -> None:
    ours, other, hidden = a_story(site), a_story(site, "story-2", site="other"), a_story(site, "story-3")
    shown = [a_comment(site, ours), a_comment(site, ours, by="bo")]
    a_comment(site, other, by="kim")
    a_comment(site, hidden, by="kim")
    a_story(site, "story-3", state="hidden")
    found = latest_of(site, "/v1/sites/main/latest")
    assert [one["id"] for one in found] == [comment["id"] for comment in reversed(shown)]
    assert found[0]["story"] == {"id": ours, "title": STORY["title"], "url": STORY["url"]}
    assert found[0]["url"] == f"{STORY['url']}#comment-{shown[1]['id']}"
    assert found[0]["author"] == shown[1]["author"]
    assert found[0]["featured"] is None
    assert [one["id"] for one in latest_of(site, "/v1/sites/main/latest?limit=1")] == [shown[1]["id"]]
    assert latest_of(site, "/v1/sites/nobody/latest") == []


def test_excerpt_is_text_and_short(site: Site) -> None:
    with site.api("subscriber", "eve") as eve:
        body = {"body": "A **bold** <b>word</b>, and " + "many more " * 60}
        eve.post(f"/v1/stories/{a_story(site)}/comments", json=body).raise_for_status()
    [found] = latest_of(site, "/v1/sites/main/latest")
    assert found["excerpt"].startswith("A bold <b>word</b>, and many more")
    assert len(found["excerpt"]) <= 200
    assert found["excerpt"].endswith("…")


def test_featured_of_a_site_are_those_chosen_the_last_first(site: Site) -> None:
    story = a_story(site)
    first, second, _ = (a_comment(site, story, by=by) for by in ("sam", "bo", "kim"))
    with site.api("editor") as editor:
        for comment in (second, first):
            decision = {"comment_id": comment["id"], "seen_revision": 1, "action": "feature", "note": "Well put."}
            editor.post("/v1/admin/decisions", json={"decisions": [decision]}).raise_for_status()
    found = latest_of(site, "/v1/sites/main/latest?featured=true")
    assert [one["id"] for one in found] == [first["id"], second["id"]]
    assert found[0]["featured"]["note"] == "Well put."


def test_latest_is_named_by_its_content(site: Site) -> None:
    a_comment(site, a_story(site))
    with site.api() as anyone:
        answer = anyone.get("/v1/sites/main/latest")
        assert answer.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=300"
        again = anyone.get("/v1/sites/main/latest", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert anyone.get("/v1/sites/main/latest?limit=51").status_code == 422
        assert anyone.get("/v1/sites/main/latest?limit=0").status_code == 422


def test_fragment_carries_the_page_as_data_that_nothing_runs(site: Site) -> None:
    story = a_story(site)
    with site.api("subscriber", "eve", name=HOSTILE_NAME) as eve:
        body = {"body": HOSTILE + "</script><script>alert(1)</script>"}
        eve.post(f"/v1/stories/{story}/comments", json=body).raise_for_status()
    with site.api() as anyone:
        fragment = anyone.get(f"/v1/stories/{story}/comments.html").text
        page = anyone.get(f"/v1/stories/{story}/comments").json()
    assert fragment.count("<script") == fragment.count("</script>") == 1
    [data] = re.findall(r'<script type="application/json" data-story-comments="page">(.*?)</script>', fragment)
    assert json.loads(data) == page


@pytest.mark.parametrize("strange", ["", "\ufffe", "\uffff", "\x85", "\U0001fffe", "\u2028"], ids=ascii)
def test_a_feed_is_well_formed_whatever_was_written(site: Site, strange: str) -> None:
    story = a_story(site, title=HOSTILE + strange)
    with site.api("subscriber", "eve", name=HOSTILE_NAME) as eve:
        answer = eve.post(f"/v1/stories/{story}/comments", json={"body": HOSTILE + strange + "."})
        assert answer.status_code == 201, answer.text
    [entry] = feed_of(site, f"/v1/stories/{story}/feed.atom").entries
    assert entry.title.startswith("</div></article><script>alert(1)</script>")
    [content] = entry.content
    assert "<script" not in content.value
    assert "onerror=alert(2)&gt;" in content.value


def test_an_empty_feed_is_well_formed(site: Site) -> None:
    assert feed_of(site, f"/v1/stories/{a_story(site)}/feed.atom").entries == []


def test_counts_of_many_stories_in_one_answer(site: Site) -> None:
    story, empty, hidden = a_story(site), a_story(site, "story-2"), a_story(site, "story-3")
    a_comment(site, story)
    a_comment(site, story, by="bo")
    a_comment(site, hidden)
    a_story(site, "story-3", state="hidden")
    waits = a_story(site, "story-4", mode="pre")
    a_comment(site, waits)
    named = [story, empty, hidden, waits, *(f"unknown-{number}" for number in range(96))]
    with site.api() as api:
        answer = api.get("/v1/counts", params={"story": named}).raise_for_status()
        too_many = api.get("/v1/counts", params={"story": [*named, "one-more"]})
        none = api.get("/v1/counts")
        wrong = api.get("/v1/counts", params={"story": "no story id"})
    assert answer.json()["counts"] == {**dict.fromkeys(named, 0), story: 2}
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    for refused in (too_many, none, wrong):
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")
        assert refused.json()["errors"][0]["field"] == "story"


def test_the_count_script_is_small_and_any_page_may_load_it(site: Site) -> None:
    with site.api() as api:
        answer = api.get("/count.js", headers={"Accept-Encoding": "gzip"})
        with api.stream("GET", "/count.js", headers={"Accept-Encoding": "gzip"}) as raw:
            sent = b"".join(raw.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    # Where it is built it is half of that: see scripts/sizes.py.
    assert len(sent) <= 2048
    assert gzip.decompress(sent) == answer.content
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=" in answer.headers["Cache-Control"]


def _moment(text: str) -> datetime:
    """To the second, in UTC."""
    at = datetime.fromisoformat(text)
    assert at.utcoffset() == timedelta(0)
    return at.replace(microsecond=0)
