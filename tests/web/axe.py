"""Accessibility checks by axe-core, a tool of tests and no part of the project: fetched once by npm, then kept."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

_VERSION = "4.14.1"
_RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`);
}"""  # noqa: E501 - one expression of the browser's language


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is now. Skips the test where npm cannot bring it."""
    page.evaluate(_script())  # As the debugger does: the page's own policy lets no foreign script in.
    found: list[str] = page.evaluate(_RUN)
    return found


@functools.cache
def _script() -> str:
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = caches / "story-comments" / f"axe-core-{_VERSION}.min.js"
    if not kept.exists():
        _fetch(kept)
    return kept.read_text(encoding="utf-8")


def _fetch(kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is not here, and there is no npm to bring it")
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            [npm, "pack", f"axe-core@{_VERSION}", "--silent"], cwd=folder, capture_output=True, text=True, check=False
        )
        packed = next(Path(folder).glob("*.tgz"), None)
        if ran.returncode or packed is None:
            pytest.skip(f"npm could not bring axe-core: {ran.stderr.strip()[-200:]}")
        with tarfile.open(packed) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member is not None
            script = member.read()
    kept.parent.mkdir(parents=True, exist_ok=True)
    # Several workers may fetch it at once: each puts a whole file in place.
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_bytes(script)
    partial.replace(kept)
