"""What a client says it would take: whatever it is, an answer comes, and it says itself what it is."""

import pytest

from tests.builders import a_comment, a_story
from tests.site import Site

ACCEPTS = [
    "", "*/*", "text/html", "image/png", "application/json", "application/*;q=0.1", "garbage", "/", "*", "a/b/c",
    ";q=1", "text/html;q=x", "text/html;q=-1", "text/html;q=1e400", "*/*;q=0", ",,,,", "a" * 4_000, "text/html," * 800,
    "\xe9/\xff", 'text/plain;charset="', "application/json; ; ;",
]  # fmt: skip
ENCODINGS = ["", "identity;q=0", "*;q=0", "gzip;q=x", "br;q=1e400", ",,", "zstd" * 900, "\xff", "gzip;q=0.000, *;q=0"]


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Accept-Language", "Accept-Charset"])
def test_no_accept_header_makes_a_failure(site: Site, name: str) -> None:
    story = a_story(site)
    a_comment(site, story)
    types = {
        f"/v1/stories/{story}": "application/json",
        f"/v1/stories/{story}/comments": "application/json",
        f"/v1/stories/{story}/comments?sort=best&limit=3": "application/json",
        f"/v1/stories/{story}/comments.html": "text/html; charset=utf-8",
        f"/v1/stories/{story}/feed.atom": "application/atom+xml",
        f"/v1/counts?story={story}": "application/json",
        "/openapi.json": "application/json",
        "/nowhere": "application/problem+json",
    }
    wrong = []
    with site.api() as api:
        for value in [*ACCEPTS, *ENCODINGS]:
            for path, type_ in types.items():
                with api.stream("GET", path, headers=[(name.encode(), value.encode("latin-1"))]) as answer:
                    whole = b"".join(answer.iter_raw())
                found = (answer.status_code, answer.headers["content-type"])
                if found != (404 if path == "/nowhere" else 200, type_) or not whole:
                    wrong.append(f"{name}: {value[:40]!r}: {path}: {found}")
    assert not wrong, "\n".join(wrong)
