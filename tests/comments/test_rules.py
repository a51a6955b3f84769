"""Rules of comments, as tables: texts, HTML, keys, places, statuses, times for changes."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.comments.problems import EditWindowOver, RevisionChanged
from service.comments.rules import editing, idempotency, lifecycle, lineage, markup, placing, text
from service.comments.rules.lifecycle import MOVES, Status
from service.kernel import limits
from service.kernel.problems import InvalidRequest

# text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  plain  ", "plain"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a   \nb\t\n", "a\nb"),
        ("a\n \n \n \nb", "a\n\nb"),
        ("e\u0301", "\u00e9"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("\ufeffa\u202eb\u202dc", "abc"),
        ("a\u200d\u2066b\u2069", "a\u200d\u2066b\u2069"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("x" + "\u0323" * 40 + "y", "x" + "\u0323" * 6 + "y"),
        ("", ""),
        (" \n\t ", ""),
    ],
    ids=ascii,
)
def test_normal_text(written: str, kept: str) -> None:
    assert text.normal(written) == kept


@given(st.text())
@example("\r\r\n\u0301")
@example("x\x00\u0301")
@example("a\x1f\n\n\x1f\n\nb")
@example("e\x00\u0301")
@example("a \x1f")
@example("a \ufeff")
def test_normal_text_is_its_own_normal_form(written: str) -> None:
    assert text.normal(text.normal(written)) == text.normal(written)


@pytest.mark.parametrize("written", ["", "   ", "\n\n", "\ufeff\u202e", "\x00"], ids=ascii)
def test_nothing_is_no_comment(written: str) -> None:
    with pytest.raises(InvalidRequest):
        text.body(written)


def test_length_counts_after_normalisation() -> None:
    assert len(text.body("e\u0301" * limits.body_chars_max)) == limits.body_chars_max
    with pytest.raises(InvalidRequest) as refused:
        text.body("x" * (limits.body_chars_max + 1))
    assert refused.value.members["errors"][0]["field"] == "body"


# markup

_LINK = f' rel="{markup.LINK_REL}"'


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("One.\n\nTwo,\nthree.", "<p>One.</p>\n<p>Two,<br>\nthree.</p>"),
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("> said\n\nanswered", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>answered</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("```html\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("    code", "<pre><code>code\n</code></pre>"),
        ("[a](https://b.example)", f'<p><a href="https://b.example"{_LINK}>a</a></p>'),
        ("https://b.example/c", f'<p><a href="https://b.example/c"{_LINK}>https://b.example/c</a></p>'),
        ("end.so", "<p>end.so</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("![x](https://b.example/c.png)", f'<p>!<a href="https://b.example/c.png"{_LINK}>x</a></p>'),
        ("a & b", "<p>a &amp; b</p>"),
        # No letter passes for another: hosts are shown in ASCII.
        (
            "https://аррӏе.com/ü",
            f'<p><a href="https://xn--80ak6aa92e.com/%C3%BC"{_LINK}>https://xn--80ak6aa92e.com/ü</a></p>',
        ),
        (
            "<mailto:a@bücher.example>",
            f'<p><a href="mailto:a@xn--bcher-kva.example"{_LINK}>mailto:a@xn--bcher-kva.example</a></p>',
        ),
        # What is written in percent signs stays so: decoded, it could run backwards.
        (
            "https://b.example/%E2%80%AEgpj.exe",
            f'<p><a href="https://b.example/%E2%80%AEgpj.exe"{_LINK}>https://b.example/%E2%80%AEgpj.exe</a></p>',
        ),
        # A link that speaks of one host and leads to another says so.
        (
            "[https://a.example](https://b.example)",
            f'<p><a href="https://b.example"{_LINK}>https://a.example (b.example)</a></p>',
        ),
        (
            "[see www.b.example](https://b.example/x)",
            f'<p><a href="https://b.example/x"{_LINK}>see www.b.example</a></p>',
        ),
        # No name before the host, which could pass for it, and no address without a host.
        ("https://a.example@b.example/", "<p>https://a.example@b.example/</p>"),
        ("[a](https:b.example)", "<p>[a](https:b.example)</p>"),
        ("[a](http:///b.example)", "<p>[a](http:///b.example)</p>"),
        # Nested too deep, or with nothing left to see: shown as written.
        ("> " * 12 + "deep", "<p>" + "&gt; " * 12 + "deep</p>"),
        ("```only words of the fence\n```", "<p>```only words of the fence<br>\n```</p>"),
        ("&lt;b&gt;", "<p>&lt;b&gt;</p>"),
        ("---", "<p>---</p>"),
        ("a | b", "<p>a | b</p>"),
    ],
)
def test_rendered(body: str, html: str) -> None:
    assert markup.render(body) == html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example/"onmouseover="alert(1))',
        "<javascript:alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](&#106;avascript:alert(1))",
        "`<script>`",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "<!-- --><svg onload=alert(1)>",
        "> " * 300 + "deep",
        "[" * 500 + "a" + "](b)" * 500,
    ],
)
def test_hostile_text_stays_text(body: str) -> None:
    _assert_safe(markup.render(body))


class _Markup(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.started: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.started.append((tag, dict(attrs)))


def _assert_safe(html: str) -> None:
    for tag, attributes in _Markup(html).started:
        assert tag in markup.TAGS
        if tag == "a":
            assert set(attributes) <= {"href", "rel"}
            assert attributes["rel"] == markup.LINK_REL
            if "href" in attributes:
                assert re.match(r"(https?|mailto):", attributes["href"] or "", re.IGNORECASE)
        else:
            assert attributes == {}


# What the grammar looks at, between words.
_PIECES = st.sampled_from(
    ["word", "end.", " ", "  ", "    ", "\n", "\n\n", "-", "- ", "+ ", "* ", "1. ", "2) ", "12", ".", ")", "#", "# ",
     "=", "===", "~~~", "|", "!", "(", "'", '"', "\t", "*", "_", "`", ">", "<b>", "&", "&amp;", "\\", ":", "http://a.b",
     "www.a.example", "a@b.example", "[", "](", "é", "\u00a0", "\u2028", "\u3000", "\x85", "\u200d", "٣. ", "１．"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=60))
@example("a\n    b")
@example("a\n\n\u00a0b")
@example("1.")
@example("a\n\n1.\nb")
@example("+")
@example("a\n===")
@example("\u2028- a")
def test_the_quick_way_and_the_parser_write_the_same(written: str) -> None:
    body = text.normal(written)
    if body:
        assert markup.render(body) == markup.parsed(body)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_whatever_is_written_the_html_is_safe(written: str) -> None:
    _assert_safe(markup.render(text.normal(written)))


@pytest.mark.parametrize(
    ("body", "most_chars", "excerpt"),
    [
        ("*Well*, **then**.", 80, "Well, then."),
        ("One.\n\nTwo\nthree", 80, "One. Two three"),
        ("- a\n- b", 80, "a b"),
        ("a <b> & c", 80, "a <b> & c"),
        ("abcdef ghij", 8, "abcdef…"),
        ("abcdefgh", 8, "abcdefgh"),
        ("[told](https://a.example)", 80, "told"),
    ],
)
def test_excerpts_are_cut_from_text(body: str, most_chars: int, excerpt: str) -> None:
    assert markup.plain(body, most_chars) == excerpt


# idempotency


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        ('  "a b"  ', "a b"),
        (r'"say \"hi\" \\"', r'say "hi" \ '.strip()),
        ("x" * 255, "x" * 255),
    ],
)
def test_key_in_a_header(header: str, key: str) -> None:
    assert idempotency.key_in(header) == key


@pytest.mark.parametrize("header", ["", '""', "a b", 'a"b', '"a', 'a"', r'"a\b"', "é", '"é"', "x" * 256, "a\tb"])
def test_what_is_no_key(header: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        idempotency.key_in(header)
    assert refused.value.members["errors"][0]["field"] == "Idempotency-Key"


def test_a_key_is_for_one_request_on_one_story() -> None:
    known = idempotency.fingerprint("story-1", b"{}")
    assert idempotency.refuse_other_request(known, idempotency.fingerprint("story-1", b"{}")) is None
    for other in (idempotency.fingerprint("story-2", b"{}"), idempotency.fingerprint("story-1", b"{ }")):
        refusal = idempotency.refuse_other_request(known, other)
        assert refusal is not None
        assert refusal.status == 422


# lineage


def _chain(length: int) -> list[tuple[UUID, lineage.Place]]:
    """A root and replies, each to the one before."""
    chain = [(UUID(int=0), lineage.ROOT)]
    for number in range(1, length):
        parent, place = chain[-1]
        chain.append((UUID(int=number), lineage.below(parent, place.depth, place.ancestors)))
    return chain


def test_every_reply_knows_its_parent_and_where_it_hangs() -> None:
    chain = _chain(200)
    for number, (_, place) in enumerate(chain[1:], start=1):
        assert place.depth == number
        assert place.parent_id == UUID(int=number - 1)
        assert place.hangs_under == UUID(int=min(number - 1, limits.depth_max - 1))
        assert lineage.shown_depth(place.depth) == min(number, limits.depth_max)


def test_ancestors_are_bounded_first_and_nearest() -> None:
    first, near = limits.ancestors_first_max, limits.ancestors_near_max
    for number, (_, place) in enumerate(_chain(200)):
        numbers = [ancestor.int for ancestor in place.ancestors]
        if number <= first + near:
            assert numbers == list(range(number))
        else:
            assert numbers == [*range(first), *range(number - near, number)]


# lifecycle


def test_every_status_has_its_moves_and_none_to_itself() -> None:
    assert set(MOVES) == set(Status)
    assert not [status for status, to in MOVES.items() if status in to]


@pytest.mark.parametrize(
    ("was", "to"),
    [
        ("published", "held rejected deleted erased"),
        ("held", "published rejected deleted erased"),
        ("rejected", "published held deleted erased"),
        ("deleted", "erased"),
        ("erased", ""),
    ],
)
def test_moves(was: str, to: str) -> None:
    assert {status for status in Status if lifecycle.may_move(was, status)} == set(to.split())


@pytest.mark.parametrize(
    ("was", "now", "replies", "shows"),
    [
        ("held", "published", 0, True),
        ("published", "held", 0, True),
        ("held", "rejected", 0, False),
        ("held", "deleted", 0, False),
        ("deleted", "erased", 0, False),
        ("deleted", "erased", 3, True),
    ],
)
def test_which_moves_readers_see(was: str, now: str, replies: int, shows: bool) -> None:
    assert lifecycle.readers_see(was, now, replies) is shows


@pytest.mark.parametrize(
    ("status", "told"),
    [("published", "published"), ("held", "deleted"), ("rejected", "deleted"), ("deleted", "deleted"),
     ("erased", "erased")],
)  # fmt: skip
def test_readers_are_not_told_who_removed_a_comment(status: str, told: str) -> None:
    assert lifecycle.public_status(status) == told


# placing

_SIDES = [{"id": "critics", "label": "Critics"}, {"id": "defenders", "label": "Defenders"}]


@pytest.mark.parametrize(("named", "is_refused"), [(None, False), ("critics", False), ("Critics", True), ("", True)])
def test_a_side_and_a_passage_must_be_the_storys(named: str | None, is_refused: bool) -> None:
    for refusal, field in (
        (placing.refuse_side(named, _SIDES), "side"),
        (placing.refuse_about(named, _SIDES), "about"),
    ):
        assert (refusal is not None) is is_refused
        if refusal is not None:
            assert refusal.status == 422
            assert refusal.members["errors"][0]["field"] == field
    assert placing.refuse_side("critics", []) is not None


@pytest.mark.parametrize(
    ("voting", "allowed"), [("off", set()), ("up", {0, 1}), ("up_down", {-1, 0, 1})], ids=["off", "up", "up_down"]
)
def test_the_story_says_which_votes_count(voting: str, allowed: set[int]) -> None:
    assert {value for value in (-1, 0, 1) if placing.refuse_vote(value, voting) is None} == allowed


# editing

_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_WINDOW = timedelta(seconds=limits.edit_window_s)


def test_the_time_for_changes_ends_at_its_moment() -> None:
    assert editing.refuse_edit(_NOON, 1, 1, _NOON + _WINDOW - timedelta(microseconds=1)) is None
    refusal = editing.refuse_edit(_NOON, 1, 1, _NOON + _WINDOW)
    assert isinstance(refusal, EditWindowOver)
    assert refusal.members["ended_at"] == _NOON + _WINDOW == editing.editable_until(_NOON)


@pytest.mark.parametrize("seen", [1, 3])
def test_a_change_is_made_on_the_text_that_is_there(seen: int) -> None:
    refusal = editing.refuse_edit(_NOON, 2, seen, _NOON)
    assert isinstance(refusal, RevisionChanged)
    assert refusal.members["current_revision"] == 2
    assert editing.refuse_edit(_NOON, 2, 2, _NOON) is None
