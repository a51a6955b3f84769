"""Which of our languages a caller reads best, by `Accept-Language` (RFC 9110, section 12.5.4; lookup of RFC 4647,
section 3.4).
"""

import re
from collections.abc import Collection
from typing import Final

# A browser sends a handful of languages; what is longer is not read further, so no header costs more than a short one.
_CHARS_READ: Final = 400
_RANGES_READ: Final = 20

_RANGE: Final = re.compile(
    r"(?P<tag>\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q\s*=\s*(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)


def negotiated(header: str, offered: Collection[str], otherwise: str = "en") -> str:
    """The offered language that the header prefers; `otherwise` where it prefers none of them, or cannot be read.

    A tag that is more exact than what is offered falls back step by step: `de-AT` to `de`. A language with `q=0` is
    never chosen for a wider or narrower wish. The offered ones are lower case.
    """
    wanted: list[tuple[float, str]] = []
    refused: set[str] = set()
    for part in header[:_CHARS_READ].lower().split(",")[:_RANGES_READ]:
        if found := _RANGE.fullmatch(part.strip()):
            quality = float(found["quality"] or 1)
            if quality > 0:
                wanted.append((quality, found["tag"]))
            else:
                refused.add(found["tag"])
    # The sort is stable: of equals the first counts.
    for _, tag in sorted(wanted, key=lambda one: -one[0]):
        if tag == "*":
            return next((one for one in (otherwise, *offered) if one not in refused), otherwise)
        while tag:
            if tag in offered and tag not in refused:
                return tag
            tag = tag.rpartition("-")[0]
    return otherwise
