"""In which language the service speaks to a caller."""

from collections.abc import Mapping
from typing import Any

from service.languages.catalogues import Words, english, words_for

# The newsroom's tools are in English, and so is what they show of the service.
_NEWSROOM = "/v1/admin"


def words_of(scope: Mapping[str, Any]) -> Words:
    """The words in the caller's language; never an error, whatever the header holds."""
    asked = [value for name, value in scope["headers"] if name == b"accept-language"]
    if not asked or scope["path"].startswith(_NEWSROOM):
        return english()
    return words_for(b",".join(asked).decode("latin-1"))


def private(words: Words) -> dict[str, str]:
    """The headers of an answer to one reader, in words of their language. No cache keeps it, so it need not vary."""
    return {"Cache-Control": "private, no-store", "Content-Language": words.language}
