"""JSON of accounts, in and out."""

from typing import Annotated

import msgspec

# More than any token, so that one with much pasted around it is still read whole and not refused for its size.
PASTED_CHARS_MAX = 32 * 1024


class PastedToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token that somebody asks about."""

    token: Annotated[str, msgspec.Meta(max_length=PASTED_CHARS_MAX, description="As it was copied, `Bearer` or not.")]
