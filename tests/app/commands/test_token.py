"""`story-comments token`: tokens for development, and why a pasted one is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.app.commands.program import SETTINGS, environment, run
from tests.infra.issuer import Signer, key_set

PARTS = ("reader", "subscriber", "lapsed", "moderator", "editor", "admin", "service")


def check(pasted: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`token check` with the token on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "service", "token", "check", *words],
        env=environment(settings),
        input=pasted,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("part", PARTS)
def test_token_of_each_part_is_one_that_is_accepted(part: str, tmp_path: Path) -> None:
    folder = {"COMMENTS_DATA_DIR": str(tmp_path)}
    printed = run("token", "--as", part, **folder)
    assert (printed.returncode, printed.stderr) == (0, "")
    checked = check(printed.stdout, "--json", **folder)
    report = json.loads(checked.stdout)
    assert (checked.returncode, report["accepted"]) == (0, True)
    claims = claims_of(printed.stdout.strip())
    assert claims["sub"] == f"demo-{part}"
    assert claims["name"]
    assert report["kind"] == ("reader" if part in PARTS[:3] else "staff")
    assert claims.get("roles") == (None if part in PARTS[:3] else [part])
    status = {"subscriber": "active", "lapsed": "expired"}.get(part)
    assert claims.get("subscription", {}).get("status") == status


def test_who_where_and_how_long_can_be_chosen() -> None:
    words = (
        "--as",
        "moderator",
        "--sub",
        "m-7",
        "--name",
        "Mo",
        "--sites",
        "main, sport",
        "--lifetime",
        "60",
        "--json",
    )
    printed = json.loads(run("token", *words, **SETTINGS).stdout)
    claims = claims_of(printed["token"])
    assert printed["as"] == "moderator"
    assert (claims["sub"], claims["name"], claims["sites"]) == ("m-7", "Mo", ["main", "sport"])
    assert claims["exp"] - claims["iat"] == 60


def test_settings_of_the_environment_are_used() -> None:
    token = run("token", "--as", "reader", **SETTINGS).stdout.strip()
    assert claims_of(token)["iss"] == SETTINGS["COMMENTS_READER_ISSUER"]
    assert check(token, **SETTINGS).returncode == 0
    assert check(token, **{**SETTINGS, "COMMENTS_READER_SECRET": "x" * 32}).returncode == 1


def test_two_data_folders_do_not_accept_one_another(tmp_path: Path) -> None:
    token = run("token", "--as", "reader", COMMENTS_DATA_DIR=str(tmp_path / "one")).stdout
    checked = check(token, COMMENTS_DATA_DIR=str(tmp_path / "two"))
    assert checked.returncode == 1
    assert "signature" in checked.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--as reader|subscriber"),
        (("--as", "owner"), "owner"),
        (("--as", "reader", "--sites", "main"), "--sites"),
        (("--as", "reader", "--lifetime", "0"), "--lifetime"),
    ],
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...], told: str) -> None:
    ended = run("token", *words, **SETTINGS)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr


def test_token_that_only_the_publisher_can_sign_is_a_failure_in_words(tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(key_set(Signer()))
    settings = {**SETTINGS, "COMMENTS_READER_SECRET": "", "COMMENTS_READER_JWKS": str(keys)}
    ended = run("token", "--as", "reader", **settings)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "COMMENTS_READER_JWKS" in ended.stderr
    assert run("token", "--as", "admin", **settings).returncode == 0
    too_long = run("token", "--as", "admin", "--lifetime", "90000", **settings)
    assert (too_long.returncode, too_long.stdout) == (1, "")
    assert "COMMENTS_TOKEN_LIFETIME_S" in too_long.stderr


def test_check_says_what_is_wrong_and_repeats_no_secret() -> None:
    claims = {"iss": "https://other.example", "aud": "comments", "sub": "secret-subject", "iat": 0, "exp": 60}
    token = jwt.encode(claims, "k" * 32, algorithm="HS256")
    for checked in (check(token, **SETTINGS), run("token", "check", token, **SETTINGS)):
        assert (checked.returncode, checked.stderr) == (1, "")
        for each in ("https://other.example", "https://login.example", "expired"):
            assert each in checked.stdout
        assert "secret-subject" not in checked.stdout
        assert token.rsplit(".", 1)[1] not in checked.stdout
        assert SETTINGS["COMMENTS_READER_SECRET"] not in checked.stdout


def test_check_of_an_installation_makes_no_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert check("abc", **SETTINGS, COMMENTS_DATA_DIR=str(folder)).returncode == 1
    assert not folder.exists()


def test_wrong_setting_ends_with_2() -> None:
    ended = run("token", "--as", "reader", **{**SETTINGS, "COMMENTS_READER_SECRET": "short"})
    assert ended.returncode == 2
    assert "COMMENTS_READER_SECRET" in ended.stderr
    same = {**SETTINGS, "COMMENTS_STAFF_SECRET": SETTINGS["COMMENTS_READER_SECRET"]}
    assert check("abc", **same).returncode == 2


def test_check_and_doctor_say_when_keys_cannot_be_had() -> None:
    settings = {**SETTINGS, "COMMENTS_READER_SECRET": "", "COMMENTS_READER_JWKS": "http://127.0.0.1:9/jwks.json"}
    claims = {"iss": "https://login.example", "aud": "comments", "sub": "s", "iat": 0, "exp": 60}
    checked = check(Signer().token(claims), "--json", **settings)
    report = json.loads(checked.stdout)
    assert (checked.returncode, report["accepted"]) == (1, False)
    assert "cannot be said now" in report["sentences"][-1]
    examined = run("doctor", "--json", DATABASE_URL="postgresql://127.0.0.1:9/none", **settings)
    found = {finding["name"]: finding for finding in json.loads(examined.stdout)["checks"]}
    assert (found["reader keys"]["ok"], found["staff keys"]["ok"]) == (False, True)
    assert found["staff keys"]["detail"] == "a shared secret (HS256)"


def test_doctor_names_the_keys_and_those_that_are_not_used(tmp_path: Path) -> None:
    keys, private = tmp_path / "keys.json", Signer("EdDSA", "leaked")
    keys.write_bytes(key_set(Signer("ES256", "spring"), private.private_jwk()))
    settings = {**SETTINGS, "COMMENTS_READER_SECRET": "", "COMMENTS_READER_JWKS": str(keys)}
    examined = run("doctor", "--json", DATABASE_URL="postgresql://127.0.0.1:9/none", **settings)
    found = {finding["name"]: finding for finding in json.loads(examined.stdout)["checks"]}
    assert found["reader keys"]["ok"]
    assert found["reader keys"]["detail"].startswith("spring (ES256); key 2 is a private key")
