"""The statement of reasons for a restriction: what it means, why, on which ground, by whom, for how long, what to do.

Its parts are those of article 17 of the EU's Digital Services Act, paragraph 3. It never says which moderator decided
or who reported, and it quotes nothing but the reader's own text. Its words are those of the reader's language; what
a moderator wrote stays as it is.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from service.languages.catalogues import Words
from service.reasons.rules import appealing

# What holds a text whatever it says, or because of what readers say, is no automatic finding about it.
_NO_FINDING = frozenset({"story_mode", "premoderation", "reports"})
_MATCHED_CHARS_MAX = 200


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a restriction."""

    kind: str
    made_at: datetime
    # Of a hold: `screening`, `premoderation` or `reports`, and the version of the rules.
    held_by: str | None = None
    rule_version: int | None = None
    # Of a rejection: one of the reasons of decisions. Of a sanction: the moderator's words.
    reason: str | None = None
    # Whether a rule decided, and not a person.
    by_rule: bool
    after_report: bool = False
    after_notice: bool = False
    # The text that it was about, and what the automatic checks noticed about it.
    body: str = ""
    signals: list[dict[str, Any]] = []
    story_site: str | None = None
    # Of a sanction.
    sanction_kind: str | None = None
    sanction_site: str | None = None
    until: datetime | None = None


class Matched(msgspec.Struct, frozen=True):
    """A part of the reader's own text that a check noticed; its place in code points, where it has one."""

    text: str
    start: int | None
    end: int | None


class Rule(msgspec.Struct, frozen=True):
    """An automatic rule that noticed something, by name, in words and by the version that was in force."""

    name: str
    words: str
    version: int
    matched: list[Matched]


class Automated(msgspec.Struct, frozen=True):
    """Whether automatic means noticed the content, and whether they decided."""

    detection: bool
    decision: bool


class Scope(msgspec.Struct, frozen=True):
    """Where the restriction holds; a null site is everywhere."""

    site: str | None
    words: str


class Part(msgspec.Struct, frozen=True):
    """A part of the statement to be shown as it is: its heading, its words, and what they quote of the reader's own
    text."""

    title: str
    words: str
    quotes: list[str]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of reasons in the reader's language. Each code has its words beside it; `until` is null where no end
    is set. `parts` is all of it in words, in the order in which people read it."""

    effect: str
    effect_words: str
    reason: str
    reason_words: str
    ground: Literal["law", "rules"]
    ground_words: str
    source: Literal["report", "notice", "automatic", "moderator"]
    source_words: str
    decided_by: Literal["moderator", "rule"]
    # Also says where automatic means noticed the content.
    decided_by_words: str
    automated: Automated
    rules: list[Rule]
    scope: Scope
    starts_at: datetime
    until: datetime | None
    duration_words: str
    redress: str
    parts: list[Part]


def statement(facts: Facts, days: int, words: Words) -> Statement:
    """The statement of reasons in these words; an appeal is possible for `days` from the decision."""
    effect = facts.sanction_kind or {"rejection": "removed", "hold": "waits"}[facts.kind]
    reason = facts.held_by or "screening" if facts.kind == "hold" else facts.reason or "other"
    ground: Literal["law", "rules"] = "law" if reason == "illegal" else "rules"
    rules = _rules(facts, words)
    found = any(rule.name not in _NO_FINDING for rule in rules)
    source = _source(facts, found)
    decided_by: Literal["moderator", "rule"] = "rule" if facts.by_rule else "moderator"
    noticed = words.say("deciders.detected") if found else ""
    told = Statement(
        effect=effect,
        effect_words=words.say(f"effects.{effect}"),
        # Moderators say in their own words why they limit a reader.
        reason=reason if words.has(f"reasons.{reason}") else "sanction",
        reason_words=reason_in_words(reason, words),
        ground=ground,
        ground_words=words.say(f"grounds.{ground}"),
        source=source,
        source_words=words.say(f"sources.{source}"),
        decided_by=decided_by,
        decided_by_words=words.in_a_row(words.say(f"deciders.{decided_by}"), noticed),
        automated=Automated(detection=found, decision=facts.by_rule),
        rules=rules,
        scope=_scope(facts, words),
        starts_at=facts.made_at,
        until=facts.until,
        duration_words=_duration(facts, words),
        redress=_redress(facts, days, words),
        parts=[],
    )
    return msgspec.structs.replace(told, parts=_parts(told, words))


def reason_in_words(reason: str, words: Words) -> str:
    """What a reason says: its words where it is a code, else as the moderator wrote it."""
    return words.say(f"reasons.{reason}") if words.has(f"reasons.{reason}") else reason


def _parts(told: Statement, words: Words) -> list[Part]:
    noticed = [
        Part(words.say("parts.noticed"), rule.words, [matched.text for matched in rule.matched]) for rule in told.rules
    ]
    scope = words.in_a_row(told.scope.words, told.duration_words)
    return [
        Part(words.say("parts.effect"), told.effect_words, []),
        Part(words.say("parts.reason"), told.reason_words, []),
        *noticed,
        Part(words.say("parts.ground"), told.ground_words, []),
        Part(words.say("parts.source"), told.source_words, []),
        Part(words.say("parts.decided"), told.decided_by_words, []),
        Part(words.say("parts.scope"), scope, []),
        Part(words.say("parts.redress"), told.redress, []),
    ]


def _source(facts: Facts, found: bool) -> Literal["report", "notice", "automatic", "moderator"]:
    if facts.after_notice:
        return "notice"
    if facts.after_report or facts.held_by == "reports":
        return "report"
    return "automatic" if found or facts.by_rule else "moderator"


def _rules(facts: Facts, words: Words) -> list[Rule]:
    if facts.held_by == "reports":
        return [Rule("reports", words.say("checks.reports"), facts.rule_version or 0, [])]
    by_name: dict[tuple[str, int], list[Matched]] = {}
    for signal in facts.signals:
        # A note only tells, and a story where all is read first says nothing about this comment.
        if signal.get("kind") == "note" or signal.get("check") == "story_mode":
            continue
        found = by_name.setdefault((str(signal.get("check")), int(signal.get("rule_version", 0))), [])
        if (matched := _matched(signal, facts.body)) is not None and matched not in found:
            found.append(matched)
    return [Rule(name, _check(name, words), version, found) for (name, version), found in by_name.items()]


def _check(name: str, words: Words) -> str:
    """What a check looks at; one without words of its own is told in general ones."""
    return words.say(f"checks.{name}" if words.has(f"checks.{name}") else "checks.any")


def _matched(signal: dict[str, Any], body: str) -> Matched | None:
    """What of the reader's own text was noticed; None for anything that does not stand in it."""
    start, end = signal.get("start"), signal.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(body):
        return Matched(body[start:end][:_MATCHED_CHARS_MAX], start, end)
    text = signal.get("matched")
    if isinstance(text, str) and text and text in body:
        return Matched(text[:_MATCHED_CHARS_MAX], None, None)
    return None


def _scope(facts: Facts, words: Words) -> Scope:
    if facts.kind != "sanction":
        return Scope(facts.story_site, words.say("scopes.comment"))
    if facts.sanction_site is None:
        return Scope(None, words.say("scopes.everywhere"))
    return Scope(facts.sanction_site, words.say("scopes.site", site=facts.sanction_site))


def _duration(facts: Facts, words: Words) -> str:
    if facts.kind == "hold":
        return words.say("durations.hold")
    if facts.sanction_kind == "warn":
        return words.say("durations.warn")
    if facts.until is not None:
        return words.say("durations.until", until=facts.until)
    return words.say("durations.rejection" if facts.kind == "rejection" else "durations.sanction")


def _redress(facts: Facts, days: int, words: Words) -> str:
    if facts.kind == "hold":
        return words.say("redress.hold")
    return words.say("redress.appeal", until=appealing.period_ends(facts.made_at, days))


def excerpt(body: str, chars: int = 200) -> str:
    """The beginning of a text on one line, cut at a word where there is one."""
    line = " ".join(body.split())
    if len(line) <= chars:
        return line
    cut = line[:chars].rsplit(" ", 1)[0] if " " in line[:chars] else line[:chars]
    return f"{cut}…"
