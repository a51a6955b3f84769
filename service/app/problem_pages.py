"""The pages that the `type` of a problem leads to: `/problems` and `/problems/<slug>`, written by the classes
themselves.
"""

import hashlib
import re
from base64 import b64encode
from html import escape
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from service.accounts.auth import public
from service.app.problem_catalogue import description_of, problem_types
from service.kernel.problems import NotFound, Problem

_STYLE = (
    "body{font:1.0625rem/1.55 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1c1c1c;"
    "background:#fff}code{font:.95em ui-monospace,monospace;background:#f1f1ee;padding:.1em .3em;border-radius:3px}"
    "a{color:#0b5394}dt{font-weight:600;margin-top:.8rem}dd{margin:0}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e6;background:#161616}code{background:#2a2a2a}a{color:#8ab8e6}}"
)
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "Vary": "Accept",
}
_CODE = re.compile(r"`([^`]+)`")


class ProblemPage(msgspec.Struct, frozen=True):
    """A problem type, for programs."""

    type: str
    title: str
    status: int
    description: str


@get("/problems", guards=[public], include_in_schema=False)
async def list_problems(request: Request[Any, Any, Any]) -> Response[Any]:
    """All problem types: a page for people, JSON or plain text for whoever asks for it."""
    pages = [_page_of(kind) for kind in problem_types().values()]
    wanted = _wanted(request)
    if wanted == "application/json":
        return Response(pages, headers=_HEADERS)
    if wanted == "text/plain":
        return _text("\n\n".join(map(_as_text, pages)))
    items = "".join(
        f'<dt><a href="{escape(page.type)}">{escape(page.title)}</a> ({page.status})</dt>'
        f"<dd>{_marked_up(page.description)}</dd>"
        for page in pages
    )
    return _html(
        "Problems", f"<h1>Problems</h1><p>What this service answers when it cannot do as asked.</p><dl>{items}</dl>"
    )


@get("/problems/{slug:str}", guards=[public], include_in_schema=False)
async def show_problem(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[Any]:
    """What one problem type means."""
    kind = problem_types().get(slug)
    if kind is None:
        raise NotFound("There is no problem of this name.")
    page = _page_of(kind)
    wanted = _wanted(request)
    if wanted == "application/json":
        return Response(page, headers=_HEADERS)
    if wanted == "text/plain":
        return _text(_as_text(page))
    return _html(
        page.title,
        f"<h1>{escape(page.title)}</h1><p>{_marked_up(page.description)}</p>"
        f"<p>Status <code>{page.status}</code>, type <code>{escape(page.type)}</code>. "
        '<a href="/problems">All problems</a></p>',
    )


handlers = [list_problems, show_problem]


def _page_of(kind: type[Problem]) -> ProblemPage:
    return ProblemPage(f"/problems/{kind.slug}", kind.title, kind.status, description_of(kind))


def _wanted(request: Request[Any, Any, Any]) -> str:
    """The first of our three forms that the Accept header names; a browser's asks for HTML, and so does
    silence.
    """
    for part in request.headers.get("accept", "").lower().split(","):
        name = part.partition(";")[0].strip()
        if name in ("text/html", "application/json", "text/plain"):
            return name
    return "text/html"


def _as_text(page: ProblemPage) -> str:
    return f"{page.title} ({page.status}, {page.type})\n{page.description}"


def _marked_up(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(" ".join(text.split())))


def _html(title: str, body: str) -> Response[Any]:
    return Response(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{body}</html>",
        media_type="text/html",
        headers=_HEADERS,
    )


def _text(content: str) -> Response[Any]:
    return Response(content, media_type="text/plain", headers=_HEADERS)
