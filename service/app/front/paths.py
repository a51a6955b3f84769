"""Exact paths: each address has one spelling, and what has another is not found.

A framework that also answers `/p/`, `//p` and `/%70` lets everything that is ruled by path text (a proxy's
rules, a cache's keys, a log's search) be walked round. So the front finds the route itself, before any body
is read, and answers 404, 405 and OPTIONS.
"""

import re
from collections.abc import Iterable
from typing import Any

# Percent-encoded: a character that needs no encoding, a slash or backslash, or a control character.
_SECOND_SPELLING = re.compile(
    rb"%(?:2[DdEeFf]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEeFf]|5[Cc]|[01][0-9A-Fa-f])"
)
_DOT_SEGMENT = re.compile(rb"/\.{1,2}(?:/|$)")
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})|[\\\x00-\x20\x7f-\xff]")


class Route:
    """One address of the application: its template and the methods that it answers."""

    __slots__ = ("allow", "methods", "template")

    def __init__(self, template: str) -> None:
        self.template = template
        self.methods: frozenset[str] = frozenset()
        self.allow = b""

    def add(self, methods: Iterable[str]) -> None:
        self.methods |= {*methods, "OPTIONS"}
        if "GET" in self.methods:
            self.methods |= {"HEAD"}
        self.allow = ", ".join(sorted(self.methods)).encode("ascii")


class _Node:
    __slots__ = ("named", "parameter", "rest", "route")

    def __init__(self) -> None:
        self.named: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        # What takes all further segments: a folder of files, or a mounted application.
        self.rest: Route | None = None
        self.route: Route | None = None


class RouteTable:
    """Finds the route of a path the way the framework does: a named segment wins over a parameter."""

    def __init__(self) -> None:
        self._root = _Node()

    @classmethod
    def of(cls, routes: Iterable[Any]) -> "RouteTable":
        """The table of a Litestar application's `routes`."""
        table = cls()
        for route in routes:
            handler = getattr(route, "route_handler", None)
            if getattr(handler, "is_mount", False):
                table.mount(route.path_format, {"GET", "HEAD"} if getattr(handler, "is_static", False) else None)
            else:
                table.add(route.path_format, getattr(route, "methods", None) or {"GET"}, route.path_components)
        return table

    def add(self, template: str, methods: Iterable[str], components: Iterable[Any] | None = None) -> None:
        """A route; without `components`, a segment in braces is a parameter."""
        node = self._root
        for component in components if components is not None else [s for s in template.split("/") if s]:
            if isinstance(component, str) and not component.startswith("{"):
                node = node.named.setdefault(component, _Node())
            elif getattr(component, "full", "").endswith(":path"):
                node.rest = node.rest or Route(template)
                node.rest.add(methods)
                return
            else:
                node.parameter = node.parameter or _Node()
                node = node.parameter
        node.route = node.route or Route(template)
        node.route.add(methods)

    def mount(self, prefix: str, methods: Iterable[str] | None) -> None:
        """An application that answers everything below `prefix`; None stands for every method."""
        node = self._root
        for segment in [s for s in prefix.split("/") if s]:
            node = node.named.setdefault(segment, _Node())
        node.rest = node.route = Route(prefix)
        node.rest.add(methods or {"GET", "POST", "PUT", "PATCH", "DELETE"})

    def find(self, path: str) -> Route | None:
        """The route of this very path; None for any other spelling of it, and for what does not exist."""
        node, rest = self._root, None
        if path != "/":
            for segment in path.split("/")[1:]:
                rest = node.rest or rest
                if segment in node.named:
                    node = node.named[segment]
                elif node.parameter is not None and segment:
                    node = node.parameter
                else:
                    return rest if segment else None
        return node.route or node.rest or rest


def is_exact(raw_path: bytes) -> bool:
    """Whether a path, as it was sent, is the only spelling of what it names."""
    if b"%" in raw_path and _SECOND_SPELLING.search(raw_path):
        return False
    return not (b"//" in raw_path or _DOT_SEGMENT.search(raw_path) or _STRAY.search(raw_path))
