"""Claims beyond the registered ones: what they make of their bearer, and which refuse the token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.accounts.rules.claims import ClaimWrong, reader_of_claims, staff_of_claims
from service.accounts.rules.permissions import Role
from service.accounts.rules.viewer import Reader, Staff, SubscriptionClaim

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def claims(**more: Any) -> dict[str, Any]:
    return {"sub": "sub-1", "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60, **more}


def test_reader_needs_no_more_than_the_registered_claims() -> None:
    assert reader_of_claims(claims()) == Reader("sub-1", None, None, NOW, NOW + timedelta(seconds=60), None)


def test_reader_has_name_picture_and_subscription() -> None:
    reader = reader_of_claims(
        claims(
            name="Ada",
            picture="https://img.example/a.png",
            subscription={"status": "active", "plan": "digital", "valid_until": "2026-12-01T01:00:00+01:00", "more": 1},
            email="not@looked.at",
        )
    )
    assert (reader.name, reader.picture_url) == ("Ada", "https://img.example/a.png")
    assert reader.subscription == SubscriptionClaim("active", "digital", datetime(2026, 12, 1, tzinfo=UTC))
    assert reader_of_claims(claims(name=None, picture=None, subscription=None)) == reader_of_claims(claims())


@pytest.mark.parametrize(
    "picture",
    ["http://img.example/a.png", "javascript:alert(1)", "data:image/png;base64,AAAA", "//img.example/a.png", "",
     "https://img.example/a b.png", "https://img.example/\"onload=", "https://img.example/<x>", "https://img.exämple/",
     "https://img.example/" + "a" * 2000, "HTTPS://img.example/a.png", " https://img.example/"],
)  # fmt: skip
def test_picture_that_is_no_plain_https_address_is_none(picture: str) -> None:
    assert reader_of_claims(claims(picture=picture)).picture_url is None


WRONG_READER: list[tuple[dict[str, Any], str]] = [
    ({"name": 7}, "name"),
    ({"name": ["Ada"]}, "name"),
    ({"picture": 7}, "picture"),
    ({"subscription": "active"}, "subscription"),
    ({"subscription": {}}, "subscription"),
    ({"subscription": {"status": "forever"}}, "subscription.status"),
    ({"subscription": {"status": None}}, "subscription.status"),
    ({"subscription": {"status": "active", "plan": 1}}, "subscription.plan"),
    ({"subscription": {"status": "active", "valid_until": "soon"}}, "subscription.valid_until"),
    ({"subscription": {"status": "active", "valid_until": 1795348800}}, "subscription.valid_until"),
    ({"subscription": {"status": "active", "valid_until": "2026-12-01T00:00:00"}}, "subscription.valid_until"),
]


@pytest.mark.parametrize(("wrong", "named"), WRONG_READER)
def test_known_claim_of_the_wrong_form_refuses_a_reader(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ClaimWrong) as refused:
        reader_of_claims(claims(**wrong))
    assert f"`{named}`" in refused.value.words
    assert "forever" not in refused.value.words
    assert "soon" not in refused.value.words


def test_staff_has_roles_and_perhaps_sites() -> None:
    assert staff_of_claims(claims(roles=["moderator"])) == Staff(
        "sub-1", None, frozenset({Role.MODERATOR}), None, NOW, NOW + timedelta(seconds=60)
    )
    limited = staff_of_claims(claims(roles=["editor", "admin"], sites=["main", "sport"], name="Morgan"))
    assert limited.roles == {Role.EDITOR, Role.ADMIN}
    assert limited.sites == frozenset({"main", "sport"})
    assert staff_of_claims(claims(roles=["admin"], sites=[])).sites == frozenset()


@pytest.mark.parametrize("role", ["Moderator", "owner", "", "moderator ", "admin,editor", "*"])
def test_unknown_role_carries_nothing(role: str) -> None:
    assert staff_of_claims(claims(roles=[role])).roles == frozenset()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({}, "roles"),
        ({"roles": None}, "roles"),
        ({"roles": "admin"}, "roles"),
        ({"roles": {"admin": True}}, "roles"),
        ({"roles": [1]}, "roles[0]"),
        ({"roles": ["admin"] * 51}, "roles"),
        ({"roles": ["admin"], "sites": "main"}, "sites"),
        ({"roles": ["admin"], "sites": [None]}, "sites[0]"),
        ({"roles": ["admin"], "sites": ["x"] * 1001}, "sites"),
    ],
)
def test_known_claim_of_the_wrong_form_refuses_staff(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ClaimWrong) as refused:
        staff_of_claims(claims(**wrong))
    assert named in refused.value.words
