"""The checks that every text passes, in the order in which their signals are listed. All of them run."""

from collections.abc import Callable, Sequence
from typing import Final

from service.screening.checks import links, repeat_post, word_list
from service.screening.rules.signals import Draft, History, Rules, Signal

Check = Callable[[Draft, History, Rules], Sequence[Signal]]

CHECKS: Final[tuple[Check, ...]] = (
    # Words and phrases that the newsroom listed.
    word_list.check,
    # More links than a discussion needs.
    links.check,
    # The author's own words again.
    repeat_post.check,
)
