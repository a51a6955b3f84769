"""The statement of reasons for a restriction: what it means, why, on which ground, by whom, for how long, what to do.

Its parts are those of article 17 of the EU's Digital Services Act, paragraph 3. It never says which moderator decided
or who reported, and it quotes nothing but the reader's own text.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from service.reasons.rules import appealing, words

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


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of reasons. Each code has its words beside it; `until` is null where no end is set."""

    effect: str
    effect_words: str
    reason: str
    reason_words: str
    ground: Literal["law", "rules"]
    ground_words: str
    source: Literal["report", "notice", "automatic", "moderator"]
    source_words: str
    decided_by: Literal["moderator", "rule"]
    automated: Automated
    rules: list[Rule]
    scope: Scope
    starts_at: datetime
    until: datetime | None
    duration_words: str
    redress: str


def statement(facts: Facts, days: int) -> Statement:
    """The statement of reasons; an appeal is possible for `days` from the decision."""
    effect = facts.sanction_kind or {"rejection": "removed", "hold": "waits"}[facts.kind]
    reason, reason_words = _reason(facts)
    ground: Literal["law", "rules"] = "law" if reason == "illegal" else "rules"
    rules = _rules(facts)
    found = any(rule.name not in _NO_FINDING for rule in rules)
    source = _source(facts, found)
    return Statement(
        effect=effect,
        effect_words=words.EFFECTS[effect],
        reason=reason,
        reason_words=reason_words,
        ground=ground,
        ground_words=words.GROUNDS[ground],
        source=source,
        source_words=words.SOURCES[source],
        decided_by="rule" if facts.by_rule else "moderator",
        automated=Automated(detection=found, decision=facts.by_rule),
        rules=rules,
        scope=_scope(facts),
        starts_at=facts.made_at,
        until=facts.until,
        duration_words=_duration(facts),
        redress=_redress(facts, days),
    )


def _reason(facts: Facts) -> tuple[str, str]:
    if facts.kind == "hold":
        code = facts.held_by or "screening"
        return code, words.REASONS[code]
    given = facts.reason or "other"
    if given in words.REASONS:
        return given, words.REASONS[given]
    # Moderators say in their own words why they limit a reader.
    return "sanction", given


def _source(facts: Facts, found: bool) -> Literal["report", "notice", "automatic", "moderator"]:
    if facts.after_notice:
        return "notice"
    if facts.after_report or facts.held_by == "reports":
        return "report"
    return "automatic" if found or facts.by_rule else "moderator"


def _rules(facts: Facts) -> list[Rule]:
    if facts.held_by == "reports":
        return [Rule("reports", words.CHECKS["reports"], facts.rule_version or 0, [])]
    by_name: dict[tuple[str, int], list[Matched]] = {}
    for signal in facts.signals:
        # A note only tells, and a story where all is read first says nothing about this comment.
        if signal.get("kind") == "note" or signal.get("check") == "story_mode":
            continue
        found = by_name.setdefault((str(signal.get("check")), int(signal.get("rule_version", 0))), [])
        if (matched := _matched(signal, facts.body)) is not None and matched not in found:
            found.append(matched)
    return [
        Rule(name, words.CHECKS.get(name, words.ANY_CHECK), version, found)
        for (name, version), found in by_name.items()
    ]


def _matched(signal: dict[str, Any], body: str) -> Matched | None:
    """What of the reader's own text was noticed; None for anything that does not stand in it."""
    start, end = signal.get("start"), signal.get("end")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(body):
        return Matched(body[start:end][:_MATCHED_CHARS_MAX], start, end)
    text = signal.get("matched")
    if isinstance(text, str) and text and text in body:
        return Matched(text[:_MATCHED_CHARS_MAX], None, None)
    return None


def _scope(facts: Facts) -> Scope:
    if facts.kind != "sanction":
        return Scope(facts.story_site, "This one comment, for everybody who reads the discussion.")
    if facts.sanction_site is None:
        return Scope(None, "Every discussion of this publisher.")
    return Scope(facts.sanction_site, f"Every discussion on {facts.sanction_site}.")


def _duration(facts: Facts) -> str:
    if facts.kind == "hold":
        return "Until a moderator has decided."
    if facts.sanction_kind == "warn":
        return "Until you acknowledge it."
    if facts.until is not None:
        return f"Until {_day(facts.until)}."
    return "Without an end, unless it is reversed." if facts.kind == "rejection" else "Until a moderator lifts it."


def _redress(facts: Facts, days: int) -> str:
    if facts.kind == "hold":
        return (
            "There is nothing that you need to do: a moderator looks at it. If it is then removed, you are told why"
            " and can appeal."
        )
    until = _day(appealing.period_ends(facts.made_at, days))
    return (
        f"You can appeal once, free of charge, until {until}: say why the decision is wrong, and another moderator than"
        f" the first decides anew. {words.REDRESS_BEYOND}"
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}, {moment:%H:%M} UTC"


def excerpt(body: str, chars: int = 200) -> str:
    """The beginning of a text on one line, cut at a word where there is one."""
    line = " ".join(body.split())
    if len(line) <= chars:
        return line
    cut = line[:chars].rsplit(" ", 1)[0] if " " in line[:chars] else line[:chars]
    return f"{cut}…"
