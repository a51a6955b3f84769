"""Folders that servers live in: made safely, used by one process at a time, with room for a socket."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
import tempfile
import time
from pathlib import Path

from service.infra.embedded.process import Account, ServerFailed

# sun_path has 108 bytes on Linux (104 on macOS), one of them for the closing zero.
_SOCKET_PATH_BYTES_MAX = 103
_PLAIN_PATH = re.compile(r"[\w./ +@-]+", re.ASCII)


class FolderInUse(ServerFailed):
    """Another process uses this folder now."""


class FolderLock:
    """The right to use a folder, held by one process at a time; the kernel gives it back when that process
    dies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fd: int | None = None

    def take(self, *, wait_s: float = 0) -> None:
        """FolderInUse when another process has it, and still has it after `wait_s`."""
        deadline = time.monotonic() + wait_s
        fd = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        while not _locked(fd):
            if time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            holder = os.pread(fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(fd)
            raise FolderInUse(f"{self._folder} is in use by another process (pid {holder})")
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode("ascii"), 0)
        self._fd = fd

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def own_folder(folder: Path, mode: int, owner: Account | None = None) -> Path:
    """The folder, made when it is missing, with this mode and owner. ServerFailed when it is somebody else's.

    A folder below /var/tmp or /tmp has a name that anyone could have taken first, with their own server
    inside.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode):
            raise ServerFailed(f"{folder} is not a folder")
        wanted = owner.uid if owner else os.geteuid()
        if there.st_uid not in (os.geteuid(), wanted):
            raise ServerFailed(f"{folder} belongs to another user; choose another folder with COMMENTS_DATA_DIR")
        if stat.S_IMODE(there.st_mode) != mode:
            folder.chmod(mode)
        if there.st_uid != wanted and owner:
            os.chown(folder, owner.uid, owner.gid)
    except OSError as error:
        raise ServerFailed(f"{folder} cannot be used: {error.strerror}") from error
    return folder


def socket_folder(home: Path, longest_name: str, owner: Account | None) -> Path:
    """Where a server with its home at `home` puts its socket, made and ready.

    That is `home/run`, unless the path would be too long for a socket, has signs that addresses cannot carry,
    or cannot be reached by the server's user: then a short folder among the temporary ones, the same each
    time.
    """
    beside = home / "run"
    fits = len(os.fsencode(beside / longest_name)) <= _SOCKET_PATH_BYTES_MAX
    if fits and _PLAIN_PATH.fullmatch(str(beside)) and (owner is None or _open_to_all(home)):
        return own_folder(beside, 0o700, owner)
    name = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"story-comments-{os.geteuid()}-{name}"
    if len(os.fsencode(short / longest_name)) > _SOCKET_PATH_BYTES_MAX or not _PLAIN_PATH.fullmatch(str(short)):
        short = Path("/tmp") / short.name  # noqa: S108 - `own_folder` refuses what another user made first.
    return own_folder(short, 0o700, owner)


def _open_to_all(folder: Path) -> bool:
    """Whether everybody may walk through the parents of `folder`."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.resolve().parents)
