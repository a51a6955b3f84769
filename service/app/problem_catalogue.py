"""Every problem type of the service, found by importing each package's `problems` module."""

import importlib
import inspect
import pkgutil
from functools import cache

import service
from service.kernel.problems import Problem


@cache
def problem_types() -> dict[str, type[Problem]]:
    """All problem types by slug, in the order of their slugs; ValueError when two share one."""
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name.rpartition(".")[2] == "problems":
            importlib.import_module(module.name)
    found: dict[str, type[Problem]] = {}
    for kind in _below(Problem):
        # Tests make types of their own; those are not the service's.
        if not kind.__module__.startswith("service."):
            continue
        if found.setdefault(kind.slug, kind) is not kind:
            raise ValueError(f"{kind.__qualname__} and {found[kind.slug].__qualname__} share the slug {kind.slug!r}")
    return dict(sorted(found.items()))


def description_of(kind: type[Problem]) -> str:
    """What the type's page says: its docstring."""
    return inspect.getdoc(kind) or ""


def _below(kind: type[Problem]) -> list[type[Problem]]:
    found: list[type[Problem]] = []
    for child in kind.__subclasses__():
        found += [child, *_below(child)]
    return found
