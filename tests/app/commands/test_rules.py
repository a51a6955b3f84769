"""`story-comments rules` as operators run it: out to a file and in again."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.app.commands.program import SETTINGS, run
from tests.builders import a_comment, a_story
from tests.site import Site


@pytest.fixture
def settings(site: Site) -> dict[str, str]:
    return {**SETTINGS, "DATABASE_URL": site.settings.database_url, "REDIS_URL": site.settings.redis_url or ""}


def _exported(settings: dict[str, str], *words: str) -> dict[str, Any]:
    done = run("rules", "export", *words, **settings)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = msgspec.json.decode(done.stdout)
    return found


def _rules_of(site: Site) -> dict[str, Any]:
    with site.api("admin") as api:
        found: dict[str, Any] = api.get("/v1/admin/rules").json()
    return found


def test_a_file_goes_out_and_in_again(site: Site, settings: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    assert run("rules", "export", "--out", str(file), **settings).returncode == 0
    exported = msgspec.json.decode(file.read_bytes())
    assert exported == {"version": 0, "rules": _rules_of(site)["rules"]}
    same = run("rules", "import", str(file), **settings)
    assert (same.returncode, same.stdout) == (0, "Version 0 of the rules is in force already.\n")
    exported["rules"]["links"]["most"] = 1
    file.write_bytes(msgspec.json.encode(exported))
    done = run("rules", "import", str(file), "--note", "From a file.", "--json", **settings)
    assert msgspec.json.decode(done.stdout) == {"version": 1, "changed": True, "proposal": None}
    now = _rules_of(site)
    assert (now["version"], now["made_by"], now["note"]) == (1, "command line", "From a file.")
    assert now["rules"] == exported["rules"] == _exported(settings)["rules"]
    assert _exported(settings, "--version", "0")["rules"]["links"]["most"] == 3
    # The version of the file is not in force any more.
    late = run("rules", "import", str(file), **settings)
    assert (late.returncode, late.stderr) == (
        1, "story-comments: Version 1 of the rules is in force; your change was made on version 0.\n",
    )  # fmt: skip
    assert run("rules", "import", str(file), "--replace", **settings).returncode == 0


def test_a_change_that_hits_many_comments_waits_for_an_admin(
    site: Site, settings: dict[str, str], tmp_path: Path
) -> None:
    a_story(site)
    for number in range(3):
        a_comment(site, "story-1", f"Walnuts, number {number}")
    file = tmp_path / "rules.json"
    words = [{"name": "ours", "kind": "suspect", "words": ["walnuts"]}]
    file.write_bytes(msgspec.json.encode({"version": 0, "rules": {"words": words}}))
    done = run("rules", "import", str(file), **settings)
    [proposal] = _rules_of(site)["proposals"]
    assert (done.returncode, done.stderr) == (
        1,
        f"story-comments: the change hits many comments; an admin has to confirm proposal {proposal['id']}\n",
    )
    assert proposal["proposed_by"] == "command line"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "the file is not JSON"),
        ('{"version": 0, "rules": {"links": {"most": -1}}}', "rules.links.most"),
        ('{"version": 0}', "rules"),
        ('{"version": 0, "rules": {"reports": {"review_at": 2, "hide_at": 1}}}', "rules.reports.hide_at"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(
    settings: dict[str, str], tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "rules.json"
    file.write_text(text, encoding="utf-8")
    done = run("rules", "import", str(file), **settings)
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_version_that_never_was_cannot_be_exported(settings: dict[str, str]) -> None:
    done = run("rules", "export", "--version", "9", **settings)
    assert (done.returncode, done.stderr) == (1, "story-comments: there is no version 9 of the rules\n")
