"""A text as the numbers that the model knows: hashed words, pairs of words, and pieces of words.

Pieces let it recognise spellings that it never saw. What is hashed is the same in every process and on every machine
(CRC-32), because weights are learned in one and used in others.
"""

import re
import unicodedata
from itertools import pairwise
from typing import Final
from zlib import crc32

# A power of two, so that a hash is cut by its lowest bits. Learned weights fit these features and no others.
BUCKETS: Final = 2**17
# What stands further on is not looked at: a verdict needs no novel, and the cost stays bounded.
CHARS_MAX: Final = 2_000
_PIECE_CHARS: Final = 4
_WORD: Final = re.compile(r"\w+")


def features(text: str) -> list[int]:
    """The buckets that a text falls into, each once, in order."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text[:CHARS_MAX]).casefold())
    told = [f"1 {word}" for word in words]
    told += [f"2 {first} {second}" for first, second in pairwise(words)]
    for word in words:
        bounded = f"<{word}>"
        told += [f"4 {bounded[at : at + _PIECE_CHARS]}" for at in range(len(bounded) - _PIECE_CHARS + 1)]
    return sorted({crc32(one.encode("utf-8", "surrogatepass")) & (BUCKETS - 1) for one in told})
