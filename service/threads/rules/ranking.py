"""The orders of a thread's roots, and the figures that they sort by.

The figures are stored columns that the database keeps from the votes (functions of the same names in the migrations);
the functions here say what they are, and a test holds both to the same values.
"""

import math
from typing import Final

import msgspec

from service.stories.rules import Sort

# The quantile of the normal distribution for 95 % confidence.
_Z: Final = 1.96


class Order(msgspec.Struct, frozen=True):
    """How one order walks: the column before the id (None: the id alone, which is the time), and the direction of
    both."""

    column: str | None
    descending: bool


ORDERS: Final[dict[Sort, Order]] = {
    "newest": Order(None, True),
    "oldest": Order(None, False),
    "best": Order("best_rank", True),
    "most_replied": Order("reply_count", True),
    "controversial": Order("controversy_rank", True),
}


def best_rank(up: int, down: int) -> float:
    """The lower end of the 95 % Wilson score interval of the share of votes that are up; 0 without votes.

    With n = up + down and p = up / n: (p + z²/2n − z·√((p(1−p) + z²/4n) / n)) / (1 + z²/n). Where nobody voted up that
    is 0 however many voted down, so there the lower end for the share of down votes, 1 / (1 + z²/down), counts below
    zero. Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927).
    """
    n = up + down
    if n == 0:
        return 0.0
    if up == 0:
        return -1 / (1 + _Z**2 / down)
    p = up / n
    spread = _Z * math.sqrt((p * (1 - p) + _Z**2 / (4 * n)) / n)
    return (p + _Z**2 / (2 * n) - spread) / (1 + _Z**2 / n)


def controversy_rank(up: int, down: int) -> float:
    """(up + down) to the power of the smaller over the greater of the two; 0 while all votes agree.

    Many votes and an even split both raise it. Source: the formula of the same name in Reddit's published ranking code
    (2008).
    """
    if up == 0 or down == 0:
        return 0.0
    return float((up + down) ** (min(up, down) / max(up, down)))
