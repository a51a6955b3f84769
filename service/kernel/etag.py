"""Entity tags: whether a reader's copy is still the current one (RFC 9110, 8.8 and 13.1.2)."""


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the `If-None-Match` header names this tag, by the weak comparison that reading asks for."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    bare = etag.removeprefix("W/")
    return any(tag.strip().removeprefix("W/") == bare for tag in if_none_match.split(","))
