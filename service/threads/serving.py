"""Public pages of threads as finished answers: from memory where they are ready, made once where they are not."""

import asyncio
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Final, Generic, Protocol, TypeVar
from urllib.parse import parse_qsl
from zlib import MAX_WBITS, compressobj

import brotli  # type: ignore[import-untyped]
import msgspec
import zstandard

from service.infra.tools import Tools
from service.kernel import etag as etags
from service.kernel.ids import StoryId
from service.kernel.problems import Problem
from service.threads import payloads, store
from service.threads.cache import Page, PageCache
from service.threads.page import thread_page
from service.threads.rules.asked import Asked, asked_of


class Prepared(Protocol):
    """An answer as it goes out; its headers are complete."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> list[tuple[bytes, bytes]]: ...
    @property
    def body(self) -> bytes: ...


Answer = TypeVar("Answer", bound=Prepared)
# status, headers, body, route template -> an answer ready to be sent.
MakeAnswer = Callable[[int, list[tuple[bytes, bytes]], bytes, str], Answer]

ROUTE: Final = "/v1/stories/{story:str}/comments"
_TEMPLATE: Final = "/v1/stories/{story}/comments"
CACHE_CONTROL: Final = "public, max-age=5, stale-while-revalidate=30"
_PREFIX, _SUFFIX = "/v1/stories/", "/comments"
# Addresses that are known to lead to a page, and how long one may be to be remembered: together a few megabytes.
_PLACES_MAX: Final = 10_000
_REMEMBERED_BYTES_MAX: Final = 500
# Above that a page is compressed beside the event loop.
_INLINE_BYTES_MAX: Final = 100_000
_CODINGS: Final = ("zstd", "br", "gzip")


class ThreadPages(Generic[Answer]):
    """The first pages and those behind a cursor, of every story."""

    def __init__(self, tools: Tools, make: MakeAnswer[Answer], program_version: str) -> None:
        self._tools, self._make = tools, make
        # Another version of the program may say the same thread in other bytes.
        self._build = blake2b(program_version.encode(), digest_size=3).hexdigest()
        self._cache: PageCache[Answer] = PageCache(tools.settings.page_cache_bytes, lambda: tools.broadcast.healthy)
        # By path and query as they were sent, so that a hot page costs one look and no reading of what was asked.
        self._places: dict[tuple[str, bytes], _Place] = {}
        self._coding: dict[bytes, str] = {}

    def told(self, message: bytes) -> None:
        """Hears of a change on a story (channel `sc:changed`)."""
        changed = _changed_of(message)
        self._cache.told(changed.story, changed.version)

    def doubt(self) -> None:
        """Hears that messages may have been lost."""
        self._cache.doubt()

    def hot(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Answer | None:
        """The answer, if it is ready and everything about the request is plain; None sends it the usual way."""
        address = (scope["path"], scope["query_string"])
        if (place := self._places.get(address)) is not None:
            page = self._cache.fresh(place[1], place[2])
        elif (place := _place_of(*address)) is not None:
            page = self._cache.fresh(place[1], place[2])
            if page is not None:
                self._remember(address, place)
        else:
            return None
        if page is None:
            return None
        if (known := headers.get(b"if-none-match")) is not None:
            given = known.decode("latin-1")
            if given == page.etag or etags.matches(given, page.etag):
                return page.not_modified
        accepted = headers.get(b"accept-encoding", b"")
        coding = self._coding.get(accepted) or self._coding_for(accepted)
        answer = page.codings.get(coding)
        if answer is None and len(page.body) <= _INLINE_BYTES_MAX:
            answer = self._add_coding(place, page, coding, _compress(coding, page.body))
        return answer

    def _remember(self, address: tuple[str, bytes], place: "_Place") -> None:
        if len(address[0]) + len(address[1]) > _REMEMBERED_BYTES_MAX:
            return
        if len(self._places) >= _PLACES_MAX:
            self._places.clear()
        self._places[address] = place

    async def answer(self, story_id: str, asked: Asked, accept_encoding: str, if_none_match: str | None) -> Answer:
        """The answer, made now if it has to be. StoryUnknown and CursorInvalid as `page.thread_page` raises them."""
        place = _placed(story_id, asked)
        page, stale = await self._cache.page(
            *place,
            lambda: self._filled(StoryId(story_id), asked),
            lambda: self._version(StoryId(story_id)),
        )
        if stale:
            return self._stale(page)
        if if_none_match is not None and etags.matches(if_none_match, page.etag):
            return page.not_modified
        coding = self._coding_for(accept_encoding.encode("latin-1", "replace"))
        answer = page.codings.get(coding)
        if answer is not None:
            return answer
        if len(page.body) > _INLINE_BYTES_MAX:
            body = await asyncio.to_thread(_compress, coding, page.body)
        else:
            body = _compress(coding, page.body)
        return self._add_coding(place, page, coding, body)

    async def _filled(self, story_id: StoryId, asked: Asked) -> Page[Answer]:
        tools = self._tools
        async with tools.read_db.read() as conn:
            made = await thread_page(conn, tools.settings, story_id, asked, tools.clock.now())
        # The story's own order and its closing come with time, without a change that moves the version.
        name = blake2b(f"{asked!r} {made.story.default_sort} {made.story.state}".encode(), digest_size=6).hexdigest()
        etag = f'W/"{made.thread_version}-{name}-{self._build}"'
        return Page[Answer](
            version=made.thread_version,
            site=made.story.site,
            etag=etag,
            body=payloads.encode(made),
            made_at=self._cache.now(),
            not_modified=self._make(304, _headers(etag, story_id, made.story.site), b"", _TEMPLATE),
        )

    async def _version(self, story_id: StoryId) -> int | None:
        async with self._tools.read_db.read() as conn:
            return await store.version(conn, story_id)

    def _add_coding(self, place: "_Place", page: Page[Answer], coding: str, body: bytes) -> Answer:
        story_id, key, aside = place
        headers = _headers(page.etag, story_id, page.site)
        headers.append((b"content-type", b"application/json"))
        if coding != "identity":
            headers.append((b"content-encoding", coding.encode()))
        answer = self._make(200, headers, body, _TEMPLATE)
        page.codings[coding] = answer
        self._cache.grown(key, aside, page, 0 if coding == "identity" else len(body))
        return answer

    def _stale(self, page: Page[Answer]) -> Answer:
        """A page from before the database went away, marked so that nobody keeps it."""
        headers = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"warning", b'110 - "Response is Stale"'),
        ]
        return self._make(200, headers, page.body, _TEMPLATE)

    def _coding_for(self, accept_encoding: bytes) -> str:
        """The best coding that a client takes (RFC 9110, 12.5.3), `identity` where it names none of ours."""
        coding = self._coding.get(accept_encoding)
        if coding is None:
            coding = _chosen(accept_encoding.decode("latin-1"))
            if len(self._coding) >= 1_000:
                self._coding.clear()
            self._coding[accept_encoding] = coding
        return coding


# Story, key in the cache, and whether the page is none of those that everyone reads first.
_Place = tuple[str, str, bool]
_PLAIN: Final = Asked()


def _placed(story_id: str, asked: Asked) -> _Place:
    """Where a page is kept. The key is text, whose hash is counted once for each string."""
    plain = (
        asked.cursor is None
        and asked.side is None
        and asked.about is None
        and (asked.limit, asked.replies) == (_PLAIN.limit, _PLAIN.replies)
    )
    return story_id, f"{story_id}\0{asked!r}", not plain


def _place_of(path: str, query_string: bytes) -> _Place | None:
    """The place that an address names; None for other addresses, and for a wrong one, which the usual way tells in
    words."""
    if not (path.startswith(_PREFIX) and path.endswith(_SUFFIX)):
        return None
    try:
        asked = asked_of(dict(parse_qsl(query_string.decode("ascii"), keep_blank_values=True)))
    except (Problem, UnicodeDecodeError, ValueError):
        return None
    return _placed(path[len(_PREFIX) : -len(_SUFFIX)], asked)


class _Changed(msgspec.Struct):
    story: str
    version: int


_changed_of = msgspec.json.Decoder(_Changed).decode


def _headers(etag: str, story_id: str, site: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"etag", etag.encode()),
        (b"cache-control", CACHE_CONTROL.encode()),
        (b"surrogate-key", f"story-{story_id} site-{site}".encode()),
        (b"vary", b"Accept-Encoding"),
    ]


def _chosen(accept_encoding: str) -> str:
    taken: set[str] = set()
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    return next((coding for coding in _CODINGS if coding in taken or "*" in taken), "identity")


def _compress(coding: str, body: bytes) -> bytes:
    """Levels chosen for pages that live seconds: see the figures of `make bench`."""
    if coding == "zstd":
        return zstandard.compress(body, 3)
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    if coding == "gzip":
        compressor = compressobj(1, wbits=MAX_WBITS | 16)
        return compressor.compress(body) + compressor.flush()
    return body
