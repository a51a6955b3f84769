"""Plural categories of whole numbers, by the rules of Unicode CLDR (version 48) for our languages."""

from typing import Final, Literal

Category = Literal["zero", "one", "two", "few", "many", "other"]

# The categories that a language has for whole numbers below a million, which no text of ours goes beyond.
CATEGORIES: Final[dict[str, tuple[Category, ...]]] = {
    "en": ("one", "other"),
    "de": ("one", "other"),
    "fr": ("one", "other"),
    "es": ("one", "other"),
    "pt": ("one", "other"),
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "ja": ("other",),
}
# In these nothing is counted like one.
_ZERO_IS_ONE: Final = frozenset({"fr", "pt"})
_ARABIC: Final[dict[int, Category]] = {0: "zero", 1: "one", 2: "two"}


def category(language: str, count: int) -> Category:
    """The form that a text takes beside this number."""
    if language == "ar":
        if count in _ARABIC:
            return _ARABIC[count]
        rest = count % 100
        return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"
    if "one" not in CATEGORIES.get(language, ()):
        return "other"
    return "one" if count == 1 or (count == 0 and language in _ZERO_IS_ONE) else "other"
