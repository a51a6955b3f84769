"""The data folder of `dev`: what it keeps, for whom, and what other commands find in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from service.app.development import DEMO_VIEWER, DataFolder, Running, command_environ, development_environ
from service.app.example import EXAMPLE_STORY
from service.infra.config import Settings
from service.infra.embedded.folder import FolderInUse
from service.infra.embedded.process import ServerFailed

ADDRESSES = {"DATABASE_URL": "postgresql://a", "REDIS_URL": "redis://a"}


def of(path: Path, **more: str) -> dict[str, str]:
    return {"COMMENTS_DATA_DIR": str(path), **more}


def test_what_is_chosen_stays_and_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = DataFolder.of(of(tmp_path / "data"))

    chosen = folder.chosen({})

    assert DataFolder.of(of(tmp_path / "data")).chosen({}) == chosen
    assert stat.S_IMODE(folder.settings_file.stat().st_mode) == 0o600
    assert DataFolder.of(of(tmp_path / "other")).chosen({}) != chosen


def test_what_is_chosen_makes_a_complete_environment(tmp_path: Path) -> None:
    environ = development_environ(of(tmp_path, **ADDRESSES))

    settings = Settings.from_env(environ, development=True)

    assert settings.reader_secret != settings.staff_secret
    assert settings.webhook_secrets


def test_what_is_set_is_left_alone(tmp_path: Path) -> None:
    own = {
        "COMMENTS_READER_JWKS": "/keys.json",
        "COMMENTS_STAFF_SECRET_FILE": "/secret",
        "COMMENTS_READER_ISSUER": "me",
    }

    chosen = DataFolder.of(of(tmp_path)).chosen(own)

    # A key set takes the place of a secret, and a file that of its text.
    assert set(chosen) == {
        "COMMENTS_READER_AUDIENCE",
        "COMMENTS_STAFF_ISSUER",
        "COMMENTS_STAFF_AUDIENCE",
        "COMMENTS_WEBHOOK_SECRETS",
        "COMMENTS_SUBSCRIBE_URL",
        "COMMENTS_LOGIN_URL",
    }


def test_the_links_of_a_development_service_lead_to_its_demonstration_page() -> None:
    assert f"/demo/{EXAMPLE_STORY}#viewer" == DEMO_VIEWER


def test_a_setting_chosen_later_leaves_the_earlier_ones(tmp_path: Path) -> None:
    folder = DataFolder.of(of(tmp_path))
    before = folder.chosen({"COMMENTS_WEBHOOK_SECRETS": "whsec_x"})

    after = folder.chosen({})

    assert {name: after[name] for name in before} == before
    assert "COMMENTS_WEBHOOK_SECRETS" in after


def test_only_one_may_hold_it(tmp_path: Path) -> None:
    first, second = DataFolder.of(of(tmp_path)), DataFolder.of(of(tmp_path))
    first.take()

    with pytest.raises(FolderInUse):
        second.take()

    first.release()
    second.take()
    second.release()


def test_other_commands_find_the_one_that_runs(tmp_path: Path) -> None:
    folder = DataFolder.of(of(tmp_path))
    running = Running(os.getpid(), "http://localhost:1", "postgresql://dev", "redis://dev")
    folder.take()
    folder.announce(running)

    environ, development = command_environ(of(tmp_path))

    assert development
    assert environ["DATABASE_URL"] == "postgresql://dev"
    assert environ["REDIS_URL"] == "redis://dev"
    assert environ["COMMENTS_READER_SECRET"]
    assert DataFolder.of(of(tmp_path)).running() == running
    folder.release()
    assert DataFolder.of(of(tmp_path)).running() is None
    assert command_environ(of(tmp_path)) == (of(tmp_path), False)


def test_one_that_was_killed_is_not_taken_for_running(tmp_path: Path) -> None:
    folder = DataFolder.of(of(tmp_path))
    folder.announce(Running(1, "http://localhost:1", "postgresql://dev", "redis://dev"))  # And nobody holds the lock.

    assert folder.running() is None


def test_a_given_database_counts_more_than_a_running_dev(tmp_path: Path) -> None:
    folder = DataFolder.of(of(tmp_path))
    folder.take()
    folder.announce(Running(os.getpid(), "http://localhost:1", "postgresql://dev", "redis://dev"))

    environ = of(tmp_path, DATABASE_URL="postgresql://mine")
    assert command_environ(environ) == (environ, False)
    folder.release()


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o700)

    DataFolder.of(of(mine)).take()

    assert stat.S_IMODE(mine.stat().st_mode) == 0o700


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ServerFailed, match="is not a folder that can be written"):
        DataFolder.of(of(tmp_path / "file")).take()
    with pytest.raises(ServerFailed, match="cannot be made"):
        DataFolder.of(of(tmp_path / "file" / "below")).take()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_folder_in_a_shared_place_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "story-comments"
    taken.mkdir()
    os.chown(taken, 65534, 65534)

    with pytest.raises(ServerFailed, match="belongs to another user"):
        DataFolder(taken, in_shared_place=True).take()


def test_where_it_is_unless_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert DataFolder.of({"HOME": str(tmp_path)}).path == tmp_path / ".local/state/story-comments"
    assert DataFolder.of({"HOME": "/nonexistent"}).path == Path("/var/tmp/story-comments-1000")
    assert DataFolder.of({}).path == Path("/var/tmp/story-comments-1000")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert DataFolder.of({"HOME": str(tmp_path)}).path == Path("/var/tmp/story-comments")
