"""Finding comments, a reader's whole record, and moderators' notes on readers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from service.accounts.auth import requires
from service.accounts.problems import AuthorUnknown
from service.accounts.rules.permissions import Permission, permissions_of
from service.infra.tools import tools_of
from service.kernel import limits
from service.kernel.cursor import name_of, pack, unpack
from service.kernel.ids import ReaderId
from service.kernel.patterns import whole
from service.kernel.rate_limits import Action
from service.moderation import store as moderation
from service.moderation.routes.asking import PRIVATE, HttpRequest, asking, of_query
from service.records import store
from service.records.actions import notes, search
from service.records.payloads import (
    FoundPage,
    NewNote,
    NoteRecord,
    NotesPage,
    Parts,
    ReaderRecord,
    found_comment,
    note_record,
    reader_record,
)
from service.records.store import LAST_ID
from service.sanctions import store as sanctions

_RECENT = 20
_PAGE_DEFAULT = 20

_Text = Annotated[str | None, QueryParameter(min_length=1, max_length=200)]
_Status = Literal["published", "held", "rejected", "deleted", "erased"]
_Language = Annotated[str | None, QueryParameter(pattern=whole("[a-z]{2,3}"))]
_Limit = Annotated[int, QueryParameter(ge=1, le=limits.page_roots_max)]


@get(
    "/v1/admin/comments",
    guards=[requires(Permission.REVIEW, Permission.SEARCH_COMMENTS)],
    tags=["Moderation"],
    summary="Find comments",
)
async def search_comments(
    request: HttpRequest,
    q: _Text = None,
    author: FromQuery[UUID | None] = None,
    story: _Text = None,
    site: _Text = None,
    status: FromQuery[_Status | None] = None,
    signal: _Text = None,
    before: FromQuery[datetime | None] = None,
    after: FromQuery[datetime | None] = None,
    lang: _Language = None,
    limit: _Limit = _PAGE_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[FoundPage]:
    """Comments of every status on the moderator's sites, newest first.

    `q` names words that must all be there: `"next to one another"` in quotes, `begin*` for all that begin so,
    `-without` for what must not be there. Words are found as they are written; with `lang` (`de`, `en`, `fr` …) in all
    their inflections, in comments on stories of that language. `signal` names a check of the screening or the kind of a
    signal, `before` and `after` are of the comments' own time. A page may be shorter than `limit` while there is a
    `next_cursor`.
    """
    staff = await asking(request, Action.ADMIN_READ)
    tools, now = tools_of(request), tools_of(request).clock.now()
    asked = search.Asked(
        words=q,
        language=lang,
        author=author,
        story=story,
        site=site,
        status=status,
        signal=signal,
        before=of_query(request, "before", before),
        after=of_query(request, "after", after),
    )
    of = name_of("search", asked)
    place = None if cursor is None else unpack(of, cursor, UUID)
    async with tools.db.read() as conn:
        found = await search.search(conn, staff, asked, place, limit)
        details = await moderation.details(conn, [(key.story_id, key.comment_id) for key in found.keys], now)
    permissions = permissions_of(staff)
    shown = [found_comment(details[key.comment_id], permissions, now) for key in found.keys]
    more = None if found.on_from is None else pack(of, found.on_from)
    return Response(FoundPage(shown, more), headers=PRIVATE)


@get(
    "/v1/admin/readers/{author:uuid}",
    guards=[requires(Permission.READ_RECORDS)],
    tags=["Moderation"],
    summary="A reader's record",
)
async def get_reader_record(request: HttpRequest, author: FromPath[UUID]) -> Response[ReaderRecord]:
    """Counts of comments and reports, every sanction, and the last twenty comments, decisions, reports made and
    received, and notes. All of their comments are found by `GET /v1/admin/comments?author=`."""
    staff = await asking(request, Action.ADMIN_READ)
    async with tools_of(request).db.read() as conn:
        reader = await moderation.reader(conn, author)
        if reader is None:
            raise AuthorUnknown()
        parts = Parts(
            reader=reader,
            sanctions=await sanctions.history(conn, ReaderId(author)),
            comments=await moderation.recent_comments_of(conn, author, staff.sites, _RECENT),
            decisions=await store.decisions_about(conn, author, staff.sites, _RECENT),
            reports_made=await store.reports_made(conn, author, staff.sites, _RECENT),
            reports_received=await store.reports_received(conn, author, staff.sites, _RECENT),
            notes=await store.notes_of(conn, author, LAST_ID, _RECENT),
        )
    return Response(reader_record(parts), headers=PRIVATE)


@get(
    "/v1/admin/readers/{author:uuid}/notes",
    guards=[requires(Permission.READ_RECORDS)],
    tags=["Moderation"],
    summary="Notes on a reader",
)
async def get_notes(
    request: HttpRequest,
    author: FromPath[UUID],
    limit: _Limit = _PAGE_DEFAULT,
    cursor: FromQuery[str | None] = None,
) -> Response[NotesPage]:
    """Newest first, those included that were struck through."""
    await asking(request, Action.ADMIN_READ)
    of = name_of("notes", author)
    before_id = LAST_ID if cursor is None else unpack(of, cursor, UUID)
    async with tools_of(request).db.read() as conn:
        if await moderation.reader(conn, author) is None:
            raise AuthorUnknown()
        found = await store.notes_of(conn, author, before_id, limit + 1)
    more = pack(of, found[limit - 1].id) if len(found) > limit else None
    return Response(NotesPage([note_record(note) for note in found[:limit]], more), headers=PRIVATE)


@post(
    "/v1/admin/readers/{author:uuid}/notes",
    guards=[requires(Permission.READ_RECORDS)],
    tags=["Moderation"],
    summary="Write a note on a reader",
    status_code=201,
)
async def add_note(request: HttpRequest, author: FromPath[UUID], data: JSONBody[NewNote]) -> Response[NoteRecord]:
    """For colleagues. Readers do not see it on any page, but it is part of what is held about them."""
    staff = await asking(request, Action.ADMIN_WRITE)
    written = await notes.write(tools_of(request), staff, author, data.note)
    return Response(note_record(written), headers=PRIVATE)


@delete(
    "/v1/admin/readers/{author:uuid}/notes/{note:uuid}",
    guards=[requires(Permission.READ_RECORDS)],
    tags=["Moderation"],
    summary="Strike a note through",
)
async def strike_note(request: HttpRequest, author: FromPath[UUID], note: FromPath[UUID]) -> None:
    """By who wrote it, or by an admin. It stays where it is, struck through; again is a 204 too."""
    staff = await asking(request, Action.ADMIN_WRITE)
    await notes.strike(tools_of(request), staff, author, note)


handlers = [search_comments, get_reader_record, get_notes, add_note, strike_note]
