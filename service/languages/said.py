"""Said: what is to be told a reader, before it is known in which language."""

from datetime import datetime
from typing import Any, Union

import msgspec

# What stands in a text: words and names as they are, numbers, moments, and further texts, put one behind the other.
Value = Union[str, int, datetime, "Said", tuple["Said", ...]]


class Said(msgspec.Struct, frozen=True):
    """A text of the catalogues by its name (`section.text`), and what is put in its places.

    Rules and actions do not know who asks: they say which text it is, and it becomes words where the answer is made.
    """

    text: str
    values: dict[str, Any] = {}


def said(text: str, /, **values: Value) -> Said:
    """That text with these values; a text with plural forms is chosen by `count`."""
    return Said(text, values)
