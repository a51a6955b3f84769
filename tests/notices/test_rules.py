"""Which comment a notice names, and what its sender is told."""

from uuid import UUID

import pytest

from service.kernel.problems import InvalidRequest
from service.languages.catalogues import english
from service.notices.rules import comment_named, status_of

COMMENT = UUID("019a8f00-0000-7000-8000-000000000001")
STORY = "019a8f00-0000-7000-8000-00000000abcd"


@pytest.mark.parametrize(
    "url",
    [
        f"https://news.example/a-story#comment-{COMMENT}",
        f"https://news.example/a-story?comment={COMMENT}&ref=mail",
        f"https://comments.example/v1/comments/{COMMENT}",
        f"https://news.example/{STORY}#comment-{str(COMMENT).upper()}",
    ],
)
def test_the_last_id_of_an_address_is_the_comment(url: str) -> None:
    assert comment_named(None, url) == COMMENT


def test_the_comment_is_named_once() -> None:
    assert comment_named(COMMENT, None) == COMMENT
    for comment_id, url in (
        (None, None),
        (COMMENT, f"https://news.example/#{COMMENT}"),
        (None, "https://news.example/"),
    ):
        with pytest.raises(InvalidRequest):
            comment_named(comment_id, url)


@pytest.mark.parametrize(
    ("comment_status", "action", "status"),
    [
        ("published", None, "received"),
        ("held", None, "received"),
        ("rejected", None, "gone"),
        ("deleted", None, "gone"),
        ("rejected", "reject", "upheld"),
        ("deleted", "reject", "upheld"),
        ("published", "approve", "declined"),
        ("published", "restore", "declined"),
    ],
)
def test_what_became_of_it(comment_status: str, action: str | None, status: str) -> None:
    assert status_of(comment_status, action) == status
    assert english().say(f"notices.{status}")
