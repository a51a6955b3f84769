"""`/docs`: the description of the interface to read and to try, from files of our own, so that it works
offline.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service.accounts.auth import public
from service.kernel.problems import NotFound

_FOLDER = Path(__file__).parent / "docs_files"
_MEDIA_TYPES: Mapping[str, str] = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_FILES = {path.name: path for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}
_HEADERS = {
    "Cache-Control": "public, max-age=300",
    # Its own files, and answers of this same service; no inline script, and no text becomes markup.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
}


@get("/docs", guards=[public], include_in_schema=False)
async def docs_page() -> Response[Any]:
    """The page itself."""
    return _file("page.html")


@get("/docs/{name:str}", guards=[public], include_in_schema=False)
async def docs_file(name: FromPath[str]) -> Response[Any]:
    """Its script and style."""
    if name not in _FILES or name.endswith(".html"):
        raise NotFound
    return _file(name)


handlers = [docs_page, docs_file]


def _file(name: str) -> Response[Any]:
    path = _FILES[name]
    return Response(path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix], headers=_HEADERS)
