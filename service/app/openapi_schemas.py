"""Schemas of bodies and answers, made by the library that reads and writes them.

The framework makes schemas too, but its own: it loses a bound of zero, the bounds of what may be left out, the words of
docstrings, and that unknown members are refused. What decodes a body knows best what it takes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import inspect

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"


def schemas_of(types: Sequence[Any]) -> tuple[list[Json], Json]:
    """A schema for each of the types, and the components that they refer to."""
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    moments = {place for kind in inspect.multi_type_info(types) for place in _moments(kind, set())}
    for component in components.values():
        for name, member in component.get("properties", {}).items():
            if (component.get("title"), name) in moments:
                _mark_moment(member)
    return list(schemas), components


def _mark_moment(member: Json) -> None:
    """A moment is text of one form; the library says so only where a zone is demanded."""
    for schema in (member, *member.get("anyOf", [])):
        if schema.get("type") == "string":
            schema["format"] = "date-time"


def _moments(kind: Any, seen: set[Any]) -> Iterator[tuple[str, str]]:
    """The struct's name and the member's, for each member within `kind` that is a moment."""
    if isinstance(kind, inspect.StructType):
        if kind.cls in seen:
            return
        seen.add(kind.cls)
        for field in kind.fields:
            if any(isinstance(choice, inspect.DateTimeType) for choice in _choices(field.type)):
                yield kind.cls.__name__, field.encode_name
            yield from _moments(field.type, seen)
        return
    for name in ("types", "item_types"):
        for part in getattr(kind, name, ()):
            yield from _moments(part, seen)
    for name in ("type", "item_type", "value_type"):
        part = getattr(kind, name, None)
        if isinstance(part, inspect.Type):
            yield from _moments(part, seen)


def _choices(kind: Any) -> Iterator[Any]:
    if isinstance(kind, inspect.UnionType):
        for choice in kind.types:
            yield from _choices(choice)
    elif isinstance(kind, inspect.Metadata):
        yield from _choices(kind.type)
    else:
        yield kind
