"""The caller's own standing over HTTP: who they are, what they may do, and the warnings that they have read."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from service.accounts.actions import known_reader
from service.accounts.auth import reader_of, requires_reader, requires_viewer, viewer_of
from service.accounts.rules.notices import READER_CHANNEL, reader_changed
from service.accounts.rules.viewer import Staff
from service.infra.reader_language import private, words_of
from service.infra.tools import client_address, tools_of
from service.kernel.patterns import whole
from service.kernel.rate_limits import Action
from service.participation import store
from service.participation.actions import standing_of
from service.participation.payloads import Me, ShownSanction, reader_view, shown_sanction, staff_view
from service.sanctions.actions import acknowledge

_PRIVATE = {"Cache-Control": "private, no-store"}


@get("/v1/me", guards=[requires_viewer], tags=["Taking part"], summary="Who is calling, and what they may do")
async def get_me(
    request: Request[Any, Any, Any],
    site: Annotated[
        str | None,
        QueryParameter(
            max_length=100,
            pattern=whole(r"[^\x00-\x1f\x7f]+"),
            description="The site whose gate is wanted: a sanction on another one leaves it open.",
        ),
    ] = None,
) -> Response[Me]:
    """The entitlement as it counts now, every sanction in force, and the words that stand in place of the composer.

    `gate` is null for somebody who may comment. Its `problem` is the slug of the refusal that a comment would get.
    """
    tools, viewer = tools_of(request), viewer_of(request)
    if isinstance(viewer, Staff):
        return Response(staff_view(viewer), headers=_PRIVATE)
    reader = reader_of(request)
    reader_id = await known_reader(tools.db, reader, tools.clock)
    await tools.limiter.take(Action.READ_OWN, reader=str(reader_id), address=client_address(request))
    now = tools.clock.now()
    async with tools.db.read() as conn:
        standing = await standing_of(conn, tools.settings, reader, None, now)
        name = await store.shown_name(conn, reader_id)
    words = words_of(request.scope)
    return Response(reader_view(reader_id, name, standing, site, words, now), headers=private(words))


@post(
    "/v1/me/sanctions/{sanction:uuid}/acknowledgement",
    guards=[requires_reader],
    status_code=200,
    tags=["Taking part"],
    summary="Acknowledge a warning",
)
async def acknowledge_sanction(request: Request[Any, Any, Any], sanction: FromPath[UUID]) -> Response[ShownSanction]:
    """After it the next comment can be posted. Any sanction may be acknowledged; only a warning ends by it."""
    tools, reader = tools_of(request), reader_of(request)
    reader_id = await known_reader(tools.db, reader, tools.clock)
    await tools.limiter.take(Action.SETTINGS, reader=str(reader_id), address=client_address(request))
    async with tools.db.transaction() as conn:
        record = await acknowledge(conn, reader_id, sanction, tools.clock.now())
    # The reader may have the same story open elsewhere.
    tools.broadcast.publish(READER_CHANNEL, reader_changed(reader_id, reader.subject))
    words = words_of(request.scope)
    return Response(shown_sanction(record.as_rules_see_it(), words), headers=private(words))


handlers = [get_me, acknowledge_sanction]
