"""Guards: what each route asks of its caller. A route without one fails tests/test_requirements_declared.py.

A guard stands on the handler, never on a path's text, so no second spelling of an address walks round it. The token is
read from the `Authorization` header alone: a query or a cookie ends up in logs, histories and other sites' requests.
"""

from collections.abc import Callable, Iterable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import BaseRoute

from service.accounts.actions import note_staff
from service.accounts.problems import PermissionMissing, TokenInvalid, TokenMissing
from service.accounts.rules.permissions import Permission, may
from service.accounts.rules.viewer import ANONYMOUS, Reader, Staff, Viewer
from service.accounts.tokens import Authenticator
from service.infra.tools import tools_of
from service.kernel.problems import Problem
from service.languages.said import said

Connection = ASGIConnection[Any, Any, Any, Any]


class Requirement:
    """A guard, with words for what it asks so that the route table can be read."""

    def __init__(self, label: str, *, refuse: Callable[[Viewer], Problem | None], reads_token: bool = True) -> None:
        self.label, self._refuse, self._reads_token = label, refuse, reads_token

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        viewer = await _viewer_behind(connection) if self._reads_token else ANONYMOUS
        if problem := self._refuse(viewer):
            raise problem
        if isinstance(viewer, Staff):
            await note_staff(tools_of(connection).db, viewer)
        connection.scope["user"] = viewer

    def __repr__(self) -> str:
        return f"<Requirement {self.label}>"


def _refuse_nobody(_: Viewer) -> Problem | None:
    return None


def _refuse_all_but_readers(viewer: Viewer) -> Problem | None:
    if isinstance(viewer, Staff):
        return PermissionMissing(said("problems.for_readers"))
    return _refuse_anonymous(viewer)


def _refuse_anonymous(viewer: Viewer) -> Problem | None:
    if viewer is ANONYMOUS:
        return TokenMissing.of("Send a token in the Authorization header, as Bearer <token>.")
    return None


# Same for everyone: a token is not even looked at, so that the answer can be cached for all.
public = Requirement("public", refuse=_refuse_nobody, reads_token=False)
# Open to everyone, but a token that is sent must be a good one.
optional_viewer = Requirement("optional viewer", refuse=_refuse_nobody)
requires_reader = Requirement("reader", refuse=_refuse_all_but_readers)
requires_viewer = Requirement("reader or staff", refuse=_refuse_anonymous)


def requires(*permissions: Permission) -> Requirement:
    """Staff with any one of these permissions. Which sites they may act on is asked where the site is known."""

    def refuse(viewer: Viewer) -> Problem | None:
        if isinstance(viewer, Staff) and any(may(viewer, permission) for permission in permissions):
            return None
        if isinstance(viewer, Reader):
            return PermissionMissing("This is for the newsroom; a reader's token cannot do it.")
        return _refuse_anonymous(viewer) or PermissionMissing("None of your roles allows this.")

    return Requirement(" or ".join(permissions), refuse=refuse)


def undeclared(routes: Iterable[BaseRoute]) -> list[str]:
    """The handlers that do not say, in exactly one guard, what they ask of their caller; as `METHOD /path`.

    The framework's own answers to OPTIONS are left out: the front gives those before any route is reached.
    """
    found = []
    for route in routes:
        handlers = getattr(route, "route_handlers", None) or [getattr(route, "route_handler", None)]
        for handler in handlers:
            methods = sorted(getattr(handler, "http_methods", ("*",)))
            if methods == ["OPTIONS"]:
                continue
            guards = handler.resolve_guards() if isinstance(handler, BaseRouteHandler) else []
            if sum(isinstance(guard, Requirement) for guard in guards) != 1:
                found.append(f"{','.join(methods)} {route.path}")
    return found


def viewer_of(request: Connection) -> Viewer:
    """Who is calling, as the route's guard found."""
    viewer: Viewer = request.scope["user"]
    return viewer


def reader_of(request: Connection) -> Reader:
    """The reader who is calling; for routes that `requires_reader` guards."""
    viewer = viewer_of(request)
    if not isinstance(viewer, Reader):
        raise TypeError("reader_of on a route that does not require a reader")
    return viewer


def staff_of(request: Connection) -> Staff:
    """The member of staff who is calling; for routes that `requires` guards."""
    viewer = viewer_of(request)
    if not isinstance(viewer, Staff):
        raise TypeError("staff_of on a route that does not require staff")
    return viewer


def authenticator_of(connection: Connection) -> Authenticator:
    """The one of the application that received this request; made at its start."""
    authenticator: Authenticator = connection.app.state.authenticator
    return authenticator


async def _viewer_behind(connection: Connection) -> Viewer:
    token = _bearer_token(connection)
    if token is None:
        return ANONYMOUS
    return await authenticator_of(connection).identify(token)


def _bearer_token(connection: Connection) -> str | None:
    """The token as it was sent; None without an Authorization header."""
    given = [value for name, value in connection.scope["headers"] if name == b"authorization"]
    if not given:
        return None
    if len(given) > 1:
        raise TokenInvalid.of("The Authorization header was sent more than once.")
    scheme, _, token = given[0].decode("latin-1").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise TokenMissing.of("The Authorization header must be of the form Bearer <token>.")
    if not (token := token.strip()):
        raise TokenMissing.of("The Authorization header holds no token.")
    return token
