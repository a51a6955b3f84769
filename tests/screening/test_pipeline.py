"""All checks run, and rules in shadow count without acting."""

import msgspec
import pytest

from service.screening.pipeline import screen
from service.screening.rules.ruleset import Links, Rules, WordList
from service.screening.rules.signals import Draft, History, Signal
from service.screening.rules.verdict import Verdict

NEWCOMER = History(published_count=0, approved_count=0, rejected_count=0, recent_bodies=())


def draft(body: str) -> Draft:
    return Draft(body=body, side=None, about=None, is_reply=False)


def rules(use: str = "on", kind: str = "suspect") -> Rules:
    return msgspec.convert(
        {"version": 7, "words": [{"name": "fruit", "kind": kind, "words": ["turnip"], "harm": "spam", "use": use}]},
        Rules,
    )


@pytest.mark.parametrize(
    ("use", "kind", "verdict", "found"),
    [
        ("on", "suspect", Verdict.HOLD, [("hold", None)]),
        ("on", "blocked", Verdict.REFUSE, [("refuse", None)]),
        ("shadow", "suspect", Verdict.PUBLISH, [("note", "hold")]),
        ("shadow", "blocked", Verdict.PUBLISH, [("note", "refuse")]),
        ("off", "blocked", Verdict.PUBLISH, []),
    ],
)
def test_a_list_acts_counts_or_rests(
    use: str, kind: str, verdict: Verdict, found: list[tuple[str, str | None]]
) -> None:
    screening = screen(draft("A turnip."), NEWCOMER, rules(use, kind))
    assert screening.verdict == verdict
    assert [(signal.kind, signal.would) for signal in screening.signals] == found


def test_the_whole_trace_says_what_where_and_by_which_version() -> None:
    (signal,) = screen(draft("A turnip."), NEWCOMER, rules()).signals
    assert (signal.check, signal.list, signal.harm, signal.what) == ("words", "fruit", "spam", "suspect")
    assert (signal.matched, signal.start, signal.end, signal.rule_version) == ("turnip", 2, 8, 7)


@pytest.mark.parametrize(
    ("use", "verdict"), [("on", Verdict.HOLD), ("shadow", Verdict.PUBLISH), ("off", Verdict.PUBLISH)]
)
def test_a_part_of_the_rules_acts_counts_or_rests(use: str, verdict: Verdict) -> None:
    many = " ".join(f"https://example.org/{n}" for n in range(9))
    assert screen(draft(many), NEWCOMER, Rules(links=msgspec.convert({"use": use}, Links))).verdict == verdict


def test_what_comes_from_elsewhere_counts_whatever_the_rules() -> None:
    given = [Signal(check="story_mode", kind="hold", detail="read first")]
    assert screen(draft("Hello."), NEWCOMER, Rules(), given) == msgspec.structs.replace(
        screen(draft("Hello."), NEWCOMER, Rules()), verdict=Verdict.HOLD, signals=given
    )


def test_one_finding_does_not_stop_the_others() -> None:
    many = "turnip " + " ".join(f"https://example.org/{n}" for n in range(9))
    assert {signal.check for signal in screen(draft(many), NEWCOMER, rules()).signals} >= {"words", "links"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"links": {"most": -1}}, "$.links.most"),
        ({"links": {"most": 1, "mots": 1}}, "mots"),
        ({"words": [{"name": "", "kind": "blocked", "words": []}]}, "$.words[0].name"),
        ({"words": [{"name": "x", "kind": "blocked", "words": [""]}]}, "$.words[0].words[0]"),
        ({"words": [{"name": "x", "kind": "blocked", "words": [], "use": "maybe"}]}, "$.words[0].use"),
        ({"history": {"rejected_share": 1.5}}, "$.history.rejected_share"),
        ({"flood": {"most": 0}}, "$.flood.most"),
        ({"surprise": {}}, "surprise"),
    ],
)
def test_rules_out_of_bounds_name_the_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.convert(given, Rules)
    assert field in str(error.value)


def test_rules_come_back_as_they_were_stored() -> None:
    kept = Rules(words=(WordList(name="fruit", kind="suspect", words=("turnip",)),))
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(kept)), Rules) == kept
