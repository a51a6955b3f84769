"""The data folder of `story-comments dev`: what it chose for itself, and what the one that runs there now listens on.

`settings.env` holds the chosen settings, secrets among them, so that a token minted today is good tomorrow.
`running.json` holds the addresses of a running `dev`, for commands that are started beside it.
"""

import base64
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from service.infra.embedded.folder import FolderInUse, FolderLock
from service.infra.embedded.process import ServerFailed


class Running(msgspec.Struct):
    """Where a running `dev` is reached."""

    pid: int
    url: str
    database_url: str
    redis_url: str


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


# The demonstration page's switch stands in for a login and a subscription system.
DEMO_VIEWER = "/demo/8187ef9986c1e286#viewer"

# Each setting that a development service cannot do without, and what it is unless it was set. One that another
# setting replaces is not chosen where that is set.
_CHOSEN: tuple[tuple[str, Callable[[], str], str | None], ...] = (
    ("COMMENTS_READER_ISSUER", lambda: "story-comments-dev-readers", None),
    ("COMMENTS_READER_AUDIENCE", lambda: "story-comments", None),
    ("COMMENTS_READER_SECRET", _secret, "COMMENTS_READER_JWKS"),
    ("COMMENTS_STAFF_ISSUER", lambda: "story-comments-dev-staff", None),
    ("COMMENTS_STAFF_AUDIENCE", lambda: "story-comments", None),
    ("COMMENTS_STAFF_SECRET", _secret, "COMMENTS_STAFF_JWKS"),
    ("COMMENTS_WEBHOOK_SECRETS", _webhook_secret, None),
    ("COMMENTS_SUBSCRIBE_URL", lambda: DEMO_VIEWER, None),
    ("COMMENTS_LOGIN_URL", lambda: DEMO_VIEWER, None),
)


class DataFolder:
    """The folder of one development service."""

    def __init__(self, path: Path, *, in_shared_place: bool = False) -> None:
        self.path = path
        self._in_shared_place = in_shared_place
        self._lock = FolderLock(path)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "DataFolder":
        """The one that `COMMENTS_DATA_DIR` names, else a folder of the user's own that can be written."""
        if chosen := environ.get("COMMENTS_DATA_DIR"):
            return cls(Path(chosen).expanduser().absolute())
        shared = Path("/var/tmp")  # noqa: S108 - `_make` refuses what another user made first.
        if os.geteuid() == 0:
            return cls(shared / "story-comments", in_shared_place=True)
        home = environ.get("HOME", "")
        if home and os.access(home, os.W_OK):
            return cls(Path(home) / ".local" / "state" / "story-comments")
        return cls(shared / f"story-comments-{os.geteuid()}", in_shared_place=True)

    @property
    def settings_file(self) -> Path:
        return self.path / "settings.env"

    @property
    def _running_file(self) -> Path:
        return self.path / "running.json"

    def take(self) -> None:
        """Makes the folder and holds it; FolderInUse when another process does, ServerFailed when it cannot be had."""
        self._make()
        # A command that asks whether a `dev` runs here holds the lock for a moment.
        self._lock.take(wait_s=0.5)
        self._running_file.unlink(missing_ok=True)

    def _make(self) -> None:
        """Others may walk through a new folder; the mode of one that was there is its owner's business."""
        if self.path.exists():
            if not (self.path.is_dir() and os.access(self.path, os.W_OK)):
                raise ServerFailed(
                    f"{self.path} is not a folder that can be written; choose another: COMMENTS_DATA_DIR"
                )
            if self._in_shared_place and self.path.stat().st_uid != os.geteuid():
                raise ServerFailed(f"{self.path} belongs to another user; choose another folder: COMMENTS_DATA_DIR")
            return
        try:
            self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError as error:
            raise ServerFailed(
                f"{self.path} cannot be made: {error.strerror}; choose another: COMMENTS_DATA_DIR"
            ) from error

    def release(self) -> None:
        self._running_file.unlink(missing_ok=True)
        self._lock.release()

    def chosen(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The settings that `environ` leaves open, each as it was chosen the first time it was needed."""
        self._make()
        kept = self._read_settings()
        missing = {
            name: choose()
            for name, choose, replaced_by in _CHOSEN
            if not _is_set(environ, name) and not (replaced_by and _is_set(environ, replaced_by)) and name not in kept
        }
        if missing:
            kept.update(missing)
            text = "".join(f"{name}={value}\n" for name, value in sorted(kept.items()))
            _write_secretly(self.settings_file, "# Chosen by `story-comments dev` for this data folder.\n" + text)
        return {
            name: kept[name]
            for name, _, replaced_by in _CHOSEN
            if not _is_set(environ, name) and not (replaced_by and _is_set(environ, replaced_by))
        }

    def _read_settings(self) -> dict[str, str]:
        try:
            lines = self.settings_file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    def announce(self, running: Running) -> None:
        """Tells other commands where the service that holds this folder is reached."""
        _write_secretly(self._running_file, msgspec.json.encode(running).decode("utf-8"))

    def running(self) -> Running | None:
        """Where the `dev` of this folder is reached; None when none runs."""
        try:
            running = msgspec.json.decode(self._running_file.read_bytes(), type=Running)
        except (FileNotFoundError, PermissionError):
            return None
        try:
            self._lock.take()
        except FolderInUse:
            return running
        self._lock.release()
        return None  # It was killed.


def development_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ`, with what a `dev` of the same data folder chooses for what is not set; whether or not it runs."""
    return {**environ, **DataFolder.of(environ).chosen(environ)}


def command_environ(environ: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """The environment of a command that needs the service's database, and whether it is a development one.

    Where `DATABASE_URL` is set that is what counts. Otherwise the command speaks to the `dev` that runs with the same
    data folder; with none running the environment is given back as it is, and the settings say what is missing.
    """
    if _is_set(environ, "DATABASE_URL"):
        return dict(environ), False
    folder = DataFolder.of(environ)
    running = folder.running()
    if running is None:
        return dict(environ), False
    found = {"DATABASE_URL": running.database_url, **folder.chosen(environ)}
    if not _is_set(environ, "REDIS_URL"):
        found["REDIS_URL"] = running.redis_url
    return {**environ, **found}, True


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def _write_secretly(path: Path, text: str) -> None:
    """Writes the file for its owner only, whole or not at all."""
    fd, half = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text)
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
