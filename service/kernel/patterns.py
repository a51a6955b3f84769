"""Patterns as bodies and addresses are checked by, and as the interface's description shows them."""


def whole(inside: str) -> str:
    r"""The pattern of a text that is this from its first to its last character.

    In Python `$` stands before a line's end too, so that `main\n` would pass for a name, and break whatever line it is
    written into; in the dialect of JSON Schema it does not, and `\Z` is no sign of that one. This means the same in
    both.
    """
    return rf"^{inside}$(?!\n)"
