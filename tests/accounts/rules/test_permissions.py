"""The table of roles, as the newsroom was promised it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.accounts.rules.permissions import PERMISSIONS, Permission, Role, may, may_act_on, permissions_of
from service.accounts.rules.viewer import Staff

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def staff(*roles: Role, sites: frozenset[str] | None = None) -> Staff:
    return Staff("staff-1", "Morgan", frozenset(roles), sites, NOW, NOW + timedelta(hours=1))


ALLOWED: dict[Role, str] = {
    Role.MODERATOR: "review search-comments sanction read-records read-stats",
    Role.EDITOR: "manage-stories feature resolve-forecasts search-comments read-stats",
    Role.SERVICE: "manage-stories",
    Role.ADMIN: " ".join(Permission),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_role_carries_just_these_permissions(role: Role, permission: Permission) -> None:
    assert may(staff(role), permission) == (permission.value in ALLOWED[role].split())


def test_roles_add_up_and_none_carries_nothing() -> None:
    both = staff(Role.MODERATOR, Role.EDITOR)
    assert permissions_of(both) == PERMISSIONS[Role.MODERATOR] | PERMISSIONS[Role.EDITOR]
    assert permissions_of(staff()) == frozenset()
    assert not any(may(staff(), permission) for permission in Permission)


@pytest.mark.parametrize(
    ("sites", "site", "allowed"),
    [
        (None, "main", True),
        (frozenset({"main"}), "main", True),
        (frozenset({"main"}), "sport", False),
        (frozenset({"main"}), "main2", False),
        (frozenset[str](), "main", False),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_sites_limit_every_role(role: Role, sites: frozenset[str] | None, site: str, allowed: bool) -> None:
    assert may_act_on(staff(role, sites=sites), site) == allowed
