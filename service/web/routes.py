"""What browsers load: the widget, its parts, the console, and in development the demonstration page."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from service.accounts.auth import public
from service.kernel import etag as etag_of
from service.kernel.problems import NotFound
from service.stories.rules import story_id
from service.web.assets import Asset, Assets
from service.web.page import DemoStory, plain_page, story_page, widget_page

AnyRequest = Request[Any, Any, Any]
Mint = Callable[[str], Mapping[str, str]]

# Who the demonstration page may be read as; nobody needs an identity to be anonymous.
DEMO_ROLES = frozenset({"registered", "subscriber", "lapsed", "moderator"})

# A story page on any site loads these.
_FOR_ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
_FOR_EVER = "public, max-age=31536000, immutable"
# What names the version: short enough that a new one is soon everywhere, and no reader ever waits for it.
_FOR_MINUTES = "public, max-age=300, stale-while-revalidate=86400"

# Our pages load nothing from elsewhere, run no script that is written in them, and assign no text as HTML.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' {pictures}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types story-comments"
)
_FOR_PAGES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Encoding",
}
_CONSOLE_HEADERS = _FOR_PAGES | {"Content-Security-Policy": _PAGE_POLICY.format(pictures="data:")}
_DEMO_HEADERS = _FOR_PAGES | {"Content-Security-Policy": _PAGE_POLICY.format(pictures="https:")}


@get("/embed.js", guards=[public], include_in_schema=False)
async def embed_js(request: AnyRequest, assets: NamedDependency[Assets]) -> Response[bytes]:
    """The only script that a story page includes."""
    return _script(request, assets.embed)


@get("/count.js", guards=[public], include_in_schema=False)
async def count_js(request: AnyRequest, assets: NamedDependency[Assets]) -> Response[bytes]:
    """Fills comment counts into a page's list of stories."""
    return _script(request, assets.at_root("count.js"))


@get("/latest.js", guards=[public], include_in_schema=False)
async def latest_js(request: AnyRequest, assets: NamedDependency[Assets]) -> Response[bytes]:
    """Lists a site's newest or featured comments on any page."""
    return _script(request, assets.at_root("latest.js"))


@get("/bubbles.js", guards=[public], include_in_schema=False)
async def bubbles_js(request: AnyRequest, assets: NamedDependency[Assets]) -> Response[bytes]:
    """Shows counts beside the parts of a story, which lead into its discussion."""
    return _script(request, assets.at_root("bubbles.js"))


@get("/assets/{version:str}/{path:path}", guards=[public], include_in_schema=False)
async def asset(
    request: AnyRequest, version: FromPath[str], path: FromPath[str], assets: NamedDependency[Assets]
) -> Response[bytes]:
    """A file that the widget, the console or the demonstration page loads."""
    found = assets.find(path.removeprefix("/"))
    if found is None:
        raise NotFound
    # While a new version is rolled out, a page of one may ask a node of the other. What it gets works, and is not kept.
    kept = _FOR_EVER if assets.is_current(version) else "no-store"
    return _answer(request, found, {**_FOR_ANY_SITE, "Cache-Control": kept})


@get("/console", guards=[public], include_in_schema=False)
async def console(request: AnyRequest, assets: NamedDependency[Assets]) -> Response[bytes]:
    """The moderators' console: a page without data, which asks for a staff token itself."""
    page = assets.page("console/index.html")
    if page is None:
        raise NotFound
    return _answer(request, page, {**_CONSOLE_HEADERS, "Cache-Control": "no-cache"})


@get("/", guards=[public], include_in_schema=False)
async def demo_entry(demo_story: NamedDependency[DemoStory]) -> Response[None]:
    """Leads to the example story."""
    headers = {"Location": f"/demo/{demo_story.id}", "Cache-Control": "no-cache"}
    return Response(None, status_code=307, headers=headers)


@get("/{story:str}", guards=[public], include_in_schema=False)
async def demo_page(
    story: FromPath[str], assets: NamedDependency[Assets], demo_story: NamedDependency[DemoStory]
) -> Response[str]:
    """A story page with its discussion. For a story other than the example, the discussion alone."""
    known = story == demo_story.id
    page = story_page(demo_story, assets.version) if known else plain_page(story_id(story), assets.version)
    return Response(page, media_type="text/html", headers={**_DEMO_HEADERS, "Cache-Control": "no-cache"})


@get("/widget", guards=[public], include_in_schema=False)
async def demo_widget(assets: NamedDependency[Assets], demo_story: NamedDependency[DemoStory]) -> Response[str]:
    """The examples of the widget's documentation, live."""
    page = widget_page(demo_story, assets.version)
    return Response(page, media_type="text/html", headers={**_DEMO_HEADERS, "Cache-Control": "no-cache"})


@get("/identities", guards=[public], include_in_schema=False)
async def demo_identities(request: AnyRequest) -> Response[Any]:
    """The roles there are identities for: `{roles}`. By this a page learns whether it may offer them at all."""
    if not is_from_this_machine(request):
        raise NotFound
    return Response({"roles": sorted(DEMO_ROLES)}, headers={"Cache-Control": "no-store"})


@post("/identities/{role:str}", guards=[public], status_code=200, include_in_schema=False)
async def demo_identity(request: AnyRequest, role: FromPath[str], mint: NamedDependency[Mint]) -> Response[Any]:
    """A token to try a role with: `{token, name}`. To whoever sits at this machine, and to nobody else."""
    if role not in DEMO_ROLES or not is_from_this_machine(request):
        raise NotFound
    return Response(dict(mint(role)), headers={"Cache-Control": "no-store"})


def web_router(assets: Assets) -> Router:
    """The addresses that every installation has."""
    dependencies = {"assets": Provide(lambda: assets, sync_to_thread=False)}
    handlers = [embed_js, count_js, latest_js, bubbles_js, asset, console]
    return Router("/", route_handlers=handlers, dependencies=dependencies)


def demo_router(mint: Mint, story: DemoStory, assets: Assets) -> Router:
    """The addresses of the demonstration page; for development only.

    `mint` makes a token and a name for one of `DEMO_ROLES`.
    """
    return Router(
        "/demo",
        route_handlers=[demo_entry, demo_page, demo_widget, demo_identities, demo_identity],
        dependencies={
            "assets": Provide(lambda: assets, sync_to_thread=False),
            "demo_story": Provide(lambda: story, sync_to_thread=False),
            "mint": Provide(lambda: mint, sync_to_thread=False),
        },
    )


def is_from_this_machine(request: AnyRequest) -> bool:
    """Whether the caller, and not just the last proxy on the way, is on this machine.

    The name that was asked for counts too: a page of a hostile site could have its own name lead here.
    """
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    peer = request.client.host if request.client else ""
    return not forwarded and _is_loopback(peer) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _script(request: AnyRequest, script: Asset | None) -> Response[bytes]:
    """A script that pages of any site include by a fixed address."""
    if script is None:
        raise NotFound
    return _answer(request, script, {**_FOR_ANY_SITE, "Cache-Control": _FOR_MINUTES})


def _answer(request: AnyRequest, asset: Asset, headers: Mapping[str, str]) -> Response[bytes]:
    sent = {**headers, "ETag": asset.etag}
    if etag_of.matches(request.headers.get("if-none-match"), asset.etag):
        return Response(b"", status_code=304, headers=sent)
    coding, content = asset.fit(request.headers.get("accept-encoding", ""))
    if coding:
        sent["Content-Encoding"] = coding
    return Response(content, media_type=asset.media_type, headers=sent)
