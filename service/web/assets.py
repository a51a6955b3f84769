"""What browsers load: read once at the start, named by content, compressed ahead of time.

Every file of `shared/`, `widget/`, `console/` and `demo/` is found under `/assets/<version>/<path>`. The version is a
hash over all of them, so a relative import in a module stays within the version it was written for, and every answer
may be kept for ever. What has a fixed address (`/embed.js`, `/console`) is short-lived and names the version:

* in `embed.js` and its like, imports of `"./..."` are led to `"./assets/<version>/..."`;
* in an HTML page, the words `/assets/current/` become `/assets/<version>/`.

The widget is served as it was built, if it was built from these very sources (see built.py), else from the sources
themselves: the same in more and larger files. What was built names its own version.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from service.web.built import Built, read_built

FOLDERS = ("shared", "widget", "console", "demo")
LOADER = "embed.js"
MEDIA_TYPES: Mapping[str, str] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
}

# Every process compresses all files as it starts: 11 would save a tenth of the bytes and cost thirty times as long.
BROTLI_QUALITY = 6
# Below this a compressed answer is no smaller once its header is counted.
WORTH_COMPRESSING_BYTES = 256

_IMPORT_FROM_HERE = re.compile(r'(\bfrom |\bimport |\bimport\()"\./')
_CODING = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*(\d(?:\.\d{0,3})?))?\s*")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent."""

    media_type: str
    etag: str
    content: bytes
    compressed: Mapping[str, bytes]

    def fit(self, accept_encoding: str) -> tuple[str | None, bytes]:
        """The Content-Encoding to send, None for none, and the bytes in it."""
        accepted = set(_accepted(accept_encoding))
        for coding, content in self.compressed.items():
            if coding in accepted or "*" in accepted:
                return coding, content
        return None, self.content


class Assets:
    """All files of one folder of web parts, and the version they make up together."""

    def __init__(self, folder: Path) -> None:
        """Reads and compresses everything once. OSError when a file cannot be read."""
        contents = {path: content for name in FOLDERS for path, content in _files(folder, folder / name)}
        at_root = {path.name: path.read_bytes() for path in sorted(folder.glob("*.js"))}
        self.version = _version(contents | at_root)
        self._by_path = {path: _asset(path, self._at_version(path, content)) for path, content in contents.items()}
        self._at_root = {path: _asset(path, self._led_to_version(content)) for path, content in at_root.items()}
        self._built_version: str | None = None
        built = read_built(folder)
        if isinstance(built, Built):
            self._take(built)
        self.form = "as built" if isinstance(built, Built) else f"from its sources: {built}"
        """How the widget is served, in words for a log."""

    def _take(self, built: Built) -> None:
        self._built_version = built.version
        for path, content in built.files.items():
            place = self._at_root if path in self._at_root else self._by_path
            place[path] = _asset(path, content, {"br": built.brotli[path], "gzip": built.gzip[path]})

    @property
    def embed(self) -> Asset:
        """The only script that a story page includes."""
        return self._at_root[LOADER]

    def at_root(self, name: str) -> Asset | None:
        """The script with an address of its own beside `embed.js`, None when there is none of this name."""
        return self._at_root.get(name)

    def is_current(self, version: str) -> bool:
        """Whether what is found at this version may be kept for ever."""
        return version in {self.version, self._built_version}

    def find(self, path: str) -> Asset | None:
        """The script, style or picture at `path` below the folder, None when there is none.

        Pages are not among them: those are served with headers of their own, at addresses of their own.
        """
        return None if path.endswith(".html") else self._by_path.get(path)

    def page(self, path: str) -> Asset | None:
        """The HTML page at `path` below the folder, None when there is none."""
        return self._by_path.get(path) if path.endswith(".html") else None

    def _led_to_version(self, content: bytes) -> bytes:
        return _IMPORT_FROM_HERE.sub(rf'\1"./assets/{self.version}/', content.decode()).encode()

    def _at_version(self, path: str, content: bytes) -> bytes:
        if not path.endswith(".html"):
            return content
        return content.replace(b"/assets/current/", f"/assets/{self.version}/".encode())


def compressed(content: bytes) -> dict[str, bytes]:
    """`content` in every Content-Encoding we send, the best first; none where it is not worth it."""
    if len(content) < WORTH_COMPRESSING_BYTES:
        return {}
    return {
        "br": brotli.compress(content, quality=BROTLI_QUALITY),
        # Without a time stamp the same file gives the same bytes on every node.
        "gzip": gzip.compress(content, compresslevel=9, mtime=0),
    }


def _asset(path: str, content: bytes, kept: Mapping[str, bytes] | None = None) -> Asset:
    return Asset(
        media_type=MEDIA_TYPES[Path(path).suffix],
        etag=f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        content=content,
        compressed=compressed(content) if kept is None or len(content) < WORTH_COMPRESSING_BYTES else kept,
    )


def _files(root: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path below `root` and content of each file that browsers may load, in the same order everywhere."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in MEDIA_TYPES:
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _version(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, content in sorted(contents.items()):
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _accepted(accept_encoding: str) -> Iterator[str]:
    """The codings of an Accept-Encoding header that are not refused by a weight of zero."""
    for part in accept_encoding.lower().split(","):
        found = _CODING.fullmatch(part)
        if found and float(found[2] or 1) > 0:
            yield found[1]
