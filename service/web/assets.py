"""What browsers load: read once at the start, named by content, compressed ahead of time.

Every file of `shared/`, `widget/`, `console/` and `demo/` is found under `/assets/<version>/<path>`. The version is a
hash over all of them, so a relative import in a module stays within the version it was written for, and every answer
may be kept for ever. What has a fixed address (`/embed.js`, `/console`) is short-lived and names the version:

* in `embed.js`, imports of `"./..."` are led to `"./assets/<version>/..."`;
* in an HTML page, the words `/assets/current/` become `/assets/<version>/`.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]

FOLDERS = ("shared", "widget", "console", "demo")
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
        loader = (folder / "embed.js").read_bytes()
        counter = (folder / "count.js").read_bytes()
        self.version = _version(contents | {"embed.js": loader})
        self._by_path = {path: _asset(path, self._at_version(path, content)) for path, content in contents.items()}
        self.count = _asset("count.js", counter)
        self.embed = _asset("embed.js", _IMPORT_FROM_HERE.sub(self._led_to_version, loader.decode()).encode())

    def find(self, path: str) -> Asset | None:
        """The script, style or picture at `path` below the folder, None when there is none.

        Pages are not among them: those are served with headers of their own, at addresses of their own.
        """
        return None if path.endswith(".html") else self._by_path.get(path)

    def page(self, path: str) -> Asset | None:
        """The HTML page at `path` below the folder, None when there is none."""
        return self._by_path.get(path) if path.endswith(".html") else None

    def _led_to_version(self, found: re.Match[str]) -> str:
        return f'{found[1]}"./assets/{self.version}/'

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


def _asset(path: str, content: bytes) -> Asset:
    return Asset(
        media_type=MEDIA_TYPES[Path(path).suffix],
        etag=f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        content=content,
        compressed=compressed(content),
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
