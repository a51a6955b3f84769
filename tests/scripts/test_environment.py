"""What decides whether the environment has to be made, and by what; the making itself is tried by `make`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import environment


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the environment of a checkout would be, in a folder with a space in its name."""
    folder = tmp_path / "a b" / ".venv"
    (folder / "bin").mkdir(parents=True)
    monkeypatch.setattr(environment, "VENV", folder)
    monkeypatch.setattr(environment, "PYTHON", folder / "bin" / "python")
    monkeypatch.setattr(environment, "ROOT", folder.parent)
    return folder


def python_that_says(venv: Path, version: str) -> None:
    (venv / "bin" / "python").write_text(f"#!/bin/sh\necho {version}\n")
    (venv / "bin" / "python").chmod(0o755)


def test_an_environment_that_works_is_kept(venv: Path) -> None:
    (venv / "bin" / "python").symlink_to(sys.executable)

    assert environment.venv_python() == list(sys.version_info[:3])


def test_one_that_is_missing_gone_or_too_old_is_made_anew(venv: Path) -> None:
    assert environment.venv_python() is None
    (venv / "bin" / "python").symlink_to("/opt/python3.10/that/was/removed")
    assert environment.venv_python() is None
    (venv / "bin" / "python").unlink()
    python_that_says(venv, "3 10 13")
    assert environment.venv_python() is None
    python_that_says(venv, "3 11 0")
    assert environment.venv_python() == [3, 11, 0]


def test_the_larger_set_holds_the_smaller() -> None:
    assert environment.holds_all_of("dev", "run")
    assert environment.holds_all_of("run", "service")
    assert not environment.holds_all_of("run", "dev")


def test_nothing_of_the_caller_puts_packages_elsewhere(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    monkeypatch.setenv("PIP_EXTRA", "kept")
    monkeypatch.setenv("HOME", "/nonexistent")

    made = environment.environment()

    assert "PIP_USER" not in made
    assert "PIP_TARGET" not in made
    assert made["PIP_EXTRA"] == "kept"
    assert made["HOME"] == str(venv)


def test_the_project_can_be_imported_and_started_from_a_folder_with_a_space(venv: Path) -> None:
    packages = venv / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)

    environment.link_project()

    assert (packages / "story-comments.pth").read_text() == f"{venv.parent}\n"
    assert (venv / "bin" / "story-comments").stat().st_mode & 0o111
