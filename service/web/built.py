"""The widget as `make widget` has bundled and minified it, where that is of the sources as they are now."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_SOURCE_FOLDERS = ("shared", "widget")


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: each file as it is, and in brotli and gzip at their best."""

    version: str
    """Tells of the content: the folder name by which the files ask for one another."""
    files: Mapping[str, bytes]
    brotli: Mapping[str, bytes]
    gzip: Mapping[str, bytes]


def read_built(folder: Path) -> Built | str:
    """What was built from the files below `folder`; or, in words, why there is none to be served.

    OSError or ValueError when the folder of built files is there and incomplete.
    """
    built = folder / "built"
    if not (built / "built.json").is_file():
        return "none was built"
    told = json.loads((built / "built.json").read_bytes())
    if told["sources"] != sources_digest(folder):
        return "what was built is of other sources"
    return Built(
        version=told["version"],
        files={path: (built / path).read_bytes() for path in told["files"]},
        brotli={path: (built / f"{path}.br").read_bytes() for path in told["files"]},
        gzip={path: (built / f"{path}.gz").read_bytes() for path in told["files"]},
    )


def sources_digest(folder: Path) -> str:
    """A name for all that the widget is built from; `scripts/widget/digest.mjs` works it out the same way."""
    paths = [path.relative_to(folder).as_posix() for path in folder.glob("*.js")]
    for name in _SOURCE_FOLDERS:
        paths += [path.relative_to(folder).as_posix() for path in (folder / name).rglob("*.js")]
    return files_digest(folder, paths)


def files_digest(folder: Path, paths: Iterable[str]) -> str:
    """A name for what stands in these files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = (folder / path).read_bytes()
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
