"""How long an answer may be used again, by its own headers (RFC 9111, section 4.2)."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NOT_AT_ALL = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])", re.IGNORECASE)


def fresh_for_s(headers: Mapping[str, str]) -> float | None:
    """Seconds for which the answer is fresh, counted from now; 0 when it is not, None when its headers do not say.

    Names of headers are lower case. What a cache on the way has used up already (`Age`) is taken off.
    """
    control = headers.get("cache-control", "")
    if _NOT_AT_ALL.search(control):
        return 0.0
    if found := _MAX_AGE.search(control):
        return max(float(found[1]) - _age_s(headers), 0.0)
    if "expires" not in headers or "date" not in headers:
        return None
    try:
        lifetime = parsedate_to_datetime(headers["expires"]) - parsedate_to_datetime(headers["date"])
    except (ValueError, TypeError):
        # An unreadable date, such as "0", means that the time is over (RFC 9111, section 5.3).
        return 0.0
    return max(lifetime.total_seconds() - _age_s(headers), 0.0)


def _age_s(headers: Mapping[str, str]) -> float:
    age = headers.get("age", "").strip()
    return float(age) if age.isascii() and age.isdigit() and len(age) <= 10 else 0.0
