"""How often each thing may be done: one table, from action and key to rate and burst.

A rate is a bucket of `burst` tries that refills at `count` tries every `per_s` seconds. An action usually has
several: one try is taken from each of them or from none. The numbers are generous to people and tight to
programs: a person who argues all evening never meets one, and a whole office behind one address can still
talk.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Action(StrEnum):
    """What is limited. Every path that writes, sends a message, or costs a query names one of these."""

    POST_COMMENT = "post_comment"
    CHECK_COMMENT = "check_comment"
    EDIT_COMMENT = "edit_comment"
    DELETE_COMMENT = "delete_comment"
    VOTE = "vote"
    REPORT = "report"
    MUTE = "mute"
    APPEAL = "appeal"
    SETTINGS = "settings"
    EXPORT = "export"
    NOTICE = "notice"
    ILLEGAL_NOTICE = "illegal_notice"
    READ_OWN = "read_own"
    READ_UNCACHED = "read_uncached"
    LIVE = "live"
    WEBHOOK = "webhook"
    ADMIN_READ = "admin_read"
    ADMIN_WRITE = "admin_write"
    RULES = "rules"
    CHECK = "check"


class Key(StrEnum):
    """Whose tries are counted together."""

    # A reader, or a member of staff, by the id that stands for them.
    READER = "reader"
    # A reader whom we first saw less than `NEWCOMER_S` ago.
    NEWCOMER = "newcomer"
    # The client's address: IPv4 whole, IPv6 by /64, which is what one household has.
    ADDRESS = "address"
    STORY = "story"
    SITE = "site"


class Rate(msgspec.Struct, frozen=True):
    """At most `burst` tries at once, and `count` every `per_s` seconds in the long run."""

    action: Action
    key: Key
    count: int
    per_s: int
    burst: int

    @property
    def name(self) -> str:
        """The policy's name in `RateLimit` headers, such as `post-comment-reader`."""
        return f"{self.action}-{self.key}".replace("_", "-")

    @property
    def interval_us(self) -> int:
        """Microseconds after which one more try is free."""
        return max(1, self.per_s * 1_000_000 // self.count)


NEWCOMER_S = 24 * 3600

RATES: tuple[Rate, ...] = (
    # Ten thoughts at once, then one every three seconds. A newcomer writes as a person does, never as a
    # program does.
    Rate(Action.POST_COMMENT, Key.READER, 20, 60, 10),
    Rate(Action.POST_COMMENT, Key.NEWCOMER, 10, 60, 6),
    Rate(Action.POST_COMMENT, Key.ADDRESS, 60, 60, 30),
    # What one story's row takes without making its readers wait.
    Rate(Action.POST_COMMENT, Key.STORY, 1200, 60, 200),
    # Asked while somebody writes, each time that they pause.
    Rate(Action.CHECK_COMMENT, Key.READER, 40, 60, 20),
    Rate(Action.CHECK_COMMENT, Key.ADDRESS, 240, 60, 120),
    Rate(Action.EDIT_COMMENT, Key.READER, 20, 60, 10),
    Rate(Action.EDIT_COMMENT, Key.ADDRESS, 120, 60, 60),
    # Taking back what one wrote is never held up for long.
    Rate(Action.DELETE_COMMENT, Key.READER, 60, 60, 30),
    Rate(Action.VOTE, Key.READER, 60, 60, 30),
    Rate(Action.VOTE, Key.ADDRESS, 300, 60, 150),
    Rate(Action.REPORT, Key.READER, 30, 600, 10),
    Rate(Action.REPORT, Key.NEWCOMER, 5, 600, 5),
    Rate(Action.REPORT, Key.ADDRESS, 120, 600, 40),
    Rate(Action.MUTE, Key.READER, 60, 600, 30),
    Rate(Action.APPEAL, Key.READER, 10, 3600, 5),
    Rate(Action.SETTINGS, Key.READER, 30, 600, 15),
    # An export reads everything about a person.
    Rate(Action.EXPORT, Key.READER, 4, 24 * 3600, 2),
    # Whatever sends a message to an address that somebody typed in.
    Rate(Action.NOTICE, Key.READER, 5, 3600, 3),
    Rate(Action.NOTICE, Key.ADDRESS, 20, 3600, 10),
    # Notices of illegal content, from whoever is at the address: nobody needs an account for one.
    Rate(Action.ILLEGAL_NOTICE, Key.ADDRESS, 20, 3600, 5),
    Rate(Action.READ_OWN, Key.READER, 300, 60, 100),
    # Reads that no cache could answer. A publisher's own server that includes pages comes from one address
    # too.
    Rate(Action.READ_UNCACHED, Key.ADDRESS, 1200, 60, 600),
    Rate(Action.LIVE, Key.ADDRESS, 300, 60, 200),
    # Before its signature is checked a webhook could be anybody's.
    Rate(Action.WEBHOOK, Key.ADDRESS, 6000, 60, 2000),
    Rate(Action.ADMIN_READ, Key.READER, 1200, 60, 300),
    Rate(Action.ADMIN_WRITE, Key.READER, 600, 60, 200),
    # A change of the rules screens a thousand comments anew before it is made.
    Rate(Action.RULES, Key.READER, 30, 60, 10),
    # A pasted token costs a signature check.
    Rate(Action.CHECK, Key.READER, 30, 60, 10),
)


def by_action(rates: Iterable[Rate]) -> dict[Action, tuple[Rate, ...]]:
    """The rates of each action; an action without any is not limited."""
    every = tuple(rates)
    return {action: tuple(rate for rate in every if rate.action is action) for action in Action}


_CHANGE = re.compile(
    r"(?P<action>\w+)\.(?P<key>\w+)=(?P<count>[1-9]\d{0,5})/(?P<per_s>[1-9]\d{0,5})s?:(?P<burst>[1-9]\d{0,5})"
)


def changed(rates: Iterable[Rate], changes: Iterable[str]) -> tuple[Rate, ...]:
    """The table with an operator's changes, each like `post_comment.reader=20/60:10`: 20 in 60 seconds, 10 at once.

    A rate that the table does not have is added. ValueError says which change cannot be read and why.
    """
    table = {(rate.action, rate.key): rate for rate in rates}
    for change in changes:
        found = _CHANGE.fullmatch(change)
        if found is None:
            raise ValueError(f"{change!r} is not like post_comment.reader=20/60:10")
        if found["action"] not in list(Action):
            raise ValueError(f"{found['action']!r} is not one of {', '.join(Action)}")
        if found["key"] not in list(Key):
            raise ValueError(f"{found['key']!r} is not one of {', '.join(Key)}")
        action, key = Action(found["action"]), Key(found["key"])
        table[action, key] = Rate(action, key, int(found["count"]), int(found["per_s"]), int(found["burst"]))
    return tuple(table.values())
