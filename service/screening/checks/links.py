"""More links than people who discuss a story send, links to places that the newsroom blocked, and links in disguise."""

from typing import Final

from service.screening.rules.hosts import Link, in_ascii, is_under, links_in
from service.screening.rules.ruleset import Links, Rules
from service.screening.rules.signals import Draft, History, Signal

_KEPT: Final = 4
_TOLD_MAX: Final = 10
_TRICKS: Final = {
    "look_alike": "a host in letters that look like others",
    "mixed_scripts": "a host in letters of several scripts",
    "user_info": "what stands before the @ is not the host",
    "spelt_out": "a host that is spelt out",
}
_prepared: list[tuple[Links, frozenset[str], frozenset[str]]] = []


def check(draft: Draft, history: History, rules: Rules) -> list[Signal]:
    """Refuses blocked domains; holds tricks, and more links than the author's standing allows."""
    links = list(links_in(draft.body))
    if not links:
        return []
    allowed, blocked = _domains(rules.links)
    signals = [
        *_told(draft, rules, [link for link in links if is_under(link.host, blocked)], "blocked_domain"),
        *_told(draft, rules, [link for link in links if link.trick], None),
    ]
    is_new = history.published_count < rules.links.known_after
    most = min(rules.links.most, rules.links.most_new_reader) if is_new else rules.links.most
    counted = [link for link in links if not is_under(link.host, allowed)]
    if len(counted) > most:
        first = counted[most]
        whom = "a new reader" if is_new else "a known reader"
        signals.append(
            Signal(
                check="links",
                kind="hold",
                detail=f"{len(counted)} links; {most} of {whom} pass unseen",
                matched=draft.body[first.start : first.end][:200],
                start=first.start,
                end=first.end,
                score=len(counted),
                threshold=most,
                rule_version=rules.version,
                what="many_links",
                harm="spam",
            )
        )
    return signals


def _told(draft: Draft, rules: Rules, links: list[Link], what: str | None) -> list[Signal]:
    """One signal for each host, with its name as the network knows it."""
    by_host = {link.host: link for link in reversed(links)}
    first_ones = sorted(by_host.values(), key=lambda link: link.start)[:_TOLD_MAX]
    return [
        Signal(
            check="links",
            kind="refuse" if what else "hold",
            detail=f"{'a blocked domain' if what else _TRICKS[link.trick or '']}: {link.host}",
            matched=draft.body[link.start : link.end][:200],
            start=link.start,
            end=link.end,
            rule_version=rules.version,
            what=what or link.trick,
            harm="spam",
        )
        for link in first_ones
    ]


def _domains(links: Links) -> tuple[frozenset[str], frozenset[str]]:
    """The allowed and the blocked domains, made ready once for each version of the rules."""
    for known, allowed, blocked in _prepared:
        if known is links:
            return allowed, blocked
    made = (_ready(links.allowed), _ready(links.blocked))
    _prepared.insert(0, (links, *made))
    del _prepared[_KEPT:]
    return made


def _ready(domains: tuple[str, ...]) -> frozenset[str]:
    return frozenset(in_ascii(domain.removeprefix("*").strip().strip("./")) for domain in domains) - {""}
