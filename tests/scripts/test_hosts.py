"""No tracked file names a package registry's host, and the check for it finds one that does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts import hosts


def test_a_host_is_found_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host = "registry." + "npmjs" + ".org"  # Put together, so that this file does not name it.
    (tmp_path / "package-lock.json").write_text(f'{{\n  "resolved": "https://{host}/x.tgz"\n}}\n')
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    monkeypatch.setattr(hosts, "ROOT", tmp_path)

    assert hosts.main() == 1
    assert capsys.readouterr().out == "package-lock.json:2: names a registry's host\n"


def test_this_project_names_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert hosts.main() == 0, capsys.readouterr().out
