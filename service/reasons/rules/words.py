"""What readers are told, in words: each beside a code, by which a page finds its own language's words."""

from typing import Final

REASONS: Final[dict[str, str]] = {
    "abuse": "It insults or demeans somebody.",
    "harassment": "It harasses or threatens somebody.",
    "hate": "It is hateful towards a group of people.",
    "spam": "It is advertising or spam.",
    "misinformation": "It states as fact what is known to be wrong.",
    "off_topic": "It has nothing to do with the story.",
    "illegal": "It is, or is likely to be, against the law.",
    "other": "It goes against the rules of this discussion.",
    "rules": "It goes against the rules of this discussion.",
    "screening": "An automatic check noticed something that a person should look at before others read it.",
    "premoderation": "Your comments are read before they appear, because of an earlier decision.",
    "reports": "Several readers reported it.",
}

GROUNDS: Final[dict[str, str]] = {
    "law": "The decision rests on the law: the content is, or is likely to be, illegal.",
    "rules": "The decision rests on the rules of this discussion.",
}

EFFECTS: Final[dict[str, str]] = {
    "removed": "Your comment was removed: nobody but you and the moderators can read it.",
    "waits": "Your comment waits: nobody but you and the moderators can read it until a moderator has looked at it.",
    "warn": "You were warned: you can go on once you have acknowledged it.",
    "premoderate": "Your comments are read by a moderator before they appear.",
    "suspend": "You cannot take part for a while.",
    "ban": "You cannot take part any more.",
}

SOURCES: Final[dict[str, str]] = {
    "notice": "Somebody sent a notice that the content is illegal.",
    "report": "Readers reported it.",
    "automatic": "An automatic check noticed it.",
    "moderator": "A moderator came upon it.",
}

# By the names of the checks; a check that the table lacks is told in general words.
CHECKS: Final[dict[str, str]] = {
    "words": "Words or phrases of a list that this site keeps",
    "links": "Links: too many, or to an address that this site does not allow",
    "shape": "How the text looks: capitals, repetition, piled marks",
    "repeats": "Text that was posted before, or nearly the same",
    "flood": "Many comments in a short time",
    "new_readers": "First comments of a new reader",
    "history": "Earlier comments that were rejected",
    "model": "A model that learned from this site's earlier decisions",
    "akismet": "An outside service that looks for spam",
    "moderation": "An outside service that looks for harmful text",
    "check": "An outside service of this publisher",
    "premoderation": "An earlier decision that your comments are read first",
    "reports": "Reports by readers",
}
ANY_CHECK: Final = "An automatic check of this site"

REDRESS_BEYOND: Final = (
    "You may also turn to an out-of-court dispute settlement body that is certified under article 21 of the EU's"
    " Digital Services Act, or to a court."
)
