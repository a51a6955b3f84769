"""The checks that every text passes, in the order in which their signals are listed. All of them run.

Each has the name of the part of the rules that it goes by, and gives that name as the `check` of its signals.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from service.screening.checks import flood, history, links, new_readers, repeats, shape, words
from service.screening.rules.ruleset import Rules
from service.screening.rules.signals import Draft, History, Signal

Check = Callable[[Draft, History, Rules], Sequence[Signal]]

CHECKS: Final[Mapping[str, Check]] = {
    # Shouting, repetition, piles of marks.
    "shape": shape.check,
    # Words and phrases that the newsroom listed.
    "words": words.check,
    # More links than a discussion needs.
    "links": links.check,
    # The same words again, from one author or several.
    "repeats": repeats.check,
    # Many comments in a short while.
    "flood": flood.check,
    # An author of whom too little is known, or nothing good.
    "new_readers": new_readers.check,
    "history": history.check,
}
