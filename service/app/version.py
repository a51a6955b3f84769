"""What this installation calls itself."""

import tomllib
from importlib import metadata
from pathlib import Path


def version() -> str:
    """The program's version: of the installed package, or of the checkout that it runs from."""
    try:
        return metadata.version("story-comments")
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
