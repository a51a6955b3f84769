"""Deny by default: a route says who may call it, or it does not exist."""

from __future__ import annotations

from typing import Any, cast

import pytest
from litestar import Litestar, Router, asgi, get, post, websocket
from litestar.connection import WebSocket
from litestar.types import Receive, Scope, Send

from service.accounts.auth import public, requires, requires_reader, undeclared
from service.accounts.rules.permissions import Permission
from service.app import app as app_module
from service.app.app import create_app
from service.infra.config import Settings
from tests.site import site_settings


def _routes(settings: Settings) -> Any:
    return cast(Any, create_app(settings))._app.routes


@pytest.mark.parametrize("development", [True, False])
def test_every_route_of_the_service_says_who_may_call_it(development: bool) -> None:
    settings = site_settings("postgresql://nobody", None, development=development, limits="on")
    routes = _routes(settings)
    assert len(routes) > 30
    assert undeclared(routes) == []


def test_pages_of_development_exist_in_development_only() -> None:
    in_development = {route.path for route in _routes(site_settings("postgresql://nobody", None))}
    elsewhere = {route.path for route in _routes(site_settings("postgresql://nobody", None, development=False))}
    assert {path for path in in_development if path.startswith("/demo")}
    assert not {path for path in elsewhere if path.startswith(("/demo", "/metrics"))}


@get("/open")
async def _open() -> None: ...


@get("/said", guards=[public])
async def _said() -> None: ...


@post("/twice", guards=[requires_reader, requires(Permission.AUDIT)])
async def _twice() -> None: ...


@get("/other-guard", guards=[lambda *_: None])
async def _other_guard() -> None: ...


@asgi("/mounted", is_mount=True, copy_scope=True)
async def _mounted(scope: Scope, receive: Receive, send: Send) -> None: ...


@websocket("/socket")
async def _socket(socket: WebSocket[Any, Any, Any]) -> None: ...


def test_handler_without_a_requirement_or_with_two_is_found() -> None:
    routed = Router("/below", route_handlers=[get("/inherits")(_open.fn)], guards=[requires_reader])
    handlers: list[Any] = [_open, _said, _twice, _other_guard, _mounted, _socket, routed]
    app = Litestar(handlers, openapi_config=None)
    assert sorted(undeclared(app.routes)) == [
        "* /mounted",
        "* /socket",
        "GET /open",
        "GET /other-guard",
        "POST /twice",
    ]


def test_service_with_an_undeclared_route_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Feature:
        handlers = (_open,)

    monkeypatch.setattr(app_module, "_FEATURES", (*app_module._FEATURES, Feature))
    with pytest.raises(RuntimeError, match="GET /open"):
        create_app(site_settings("postgresql://nobody", None))
