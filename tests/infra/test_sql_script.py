"""Scripts fall into the statements that psql would see."""

from __future__ import annotations

import pytest

from service.infra.sql_script import split_statements


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("", []),
        ("  \n-- nothing here;\n/* nor; here */ ;;", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1; SELECT 2;\n", ["SELECT 1", "SELECT 2"]),
        ("SELECT 'a;''b;'; SELECT 2", ["SELECT 'a;''b;'", "SELECT 2"]),
        (r"SELECT E'a\';b'; SELECT 2", [r"SELECT E'a\';b'", "SELECT 2"]),
        ('SELECT 1 AS "a;b"; SELECT 2', ['SELECT 1 AS "a;b"', "SELECT 2"]),
        ("SELECT 1 -- a; b\n + 2; SELECT 3", ["SELECT 1 -- a; b\n + 2", "SELECT 3"]),
        ("SELECT /* a; b */ 1; SELECT 2", ["SELECT /* a; b */ 1", "SELECT 2"]),
        ("DO $$ BEGIN; END $$; SELECT 2", ["DO $$ BEGIN; END $$", "SELECT 2"]),
        ("DO $a$ x; $$ y; $$ $a$; SELECT 2", ["DO $a$ x; $$ y; $$ $a$", "SELECT 2"]),
        ("SELECT $1; SELECT 2", ["SELECT $1", "SELECT 2"]),
    ],
)
def test_a_script_is_split(script: str, statements: list[str]) -> None:
    assert list(split_statements(script)) == statements
