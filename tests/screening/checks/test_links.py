"""Links are counted by the author's standing, and seen for what they are."""

import pytest

from service.screening.checks import links
from service.screening.rules.hosts import links_in
from service.screening.rules.ruleset import Links, Rules
from service.screening.rules.signals import Draft, History

NEWCOMER = History(published_count=0, approved_count=0, rejected_count=0, recent_bodies=())
REGULAR = History(published_count=50, approved_count=5, rejected_count=0, recent_bodies=())
RULES = Rules(version=2, links=Links(allowed=("example.org", "*.Müller.de"), blocked=("spam.example", "пример.рф")))


def told(body: str, history: History = REGULAR, rules: Rules = RULES) -> list[tuple[str, str | None]]:
    draft = Draft(body=body, side=None, about=None, is_reply=False)
    signals = links.check(draft, history, rules)
    for signal in signals:
        assert signal.start is not None
        assert body[signal.start : signal.end] == signal.matched
        assert (signal.check, signal.rule_version) == ("links", 2)
    return [(signal.kind, signal.what) for signal in signals]


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("See https://example.com/page?x=1.", ["example.com"]),
        ("HTTP://EXAMPLE.COM:8080/", ["example.com"]),
        ("(https://example.com)", ["example.com"]),
        ("[here](https://example.com/a_b)", ["example.com"]),
        ("www.example.com and example.net/path", ["www.example.com", "example.net"]),
        ("buy at cheap-pills.shop today", ["cheap-pills.shop"]),
        ("https://one.example,https://two.example", ["one.example", "two.example"]),
        ("//example.com/x", ["example.com"]),
        ("https://münchen.de", ["xn--mnchen-3ya.de"]),
        ("https://example。com", ["example.com"]),
        ("ｈｔｔｐｓ：//example.com www.ｅxample.com", ["www.example.com"]),
        ("mailto:someone@example.com", ["example.com"]),
        ("example[.]com and example (dot) net", ["example.com", "example.net"]),
        ("hxxps://example.com", ["example.com"]),
        ("me@example.com", []),
        ("at the end.It was 3.5 or 10.000,50 e.g. i.e. U.S. etc.", []),
        ("Node.js and README.md and app.py", []),
        ("end.So it goes...and on", []),
        ("http:// and https://localhost", []),
        ("no link at all", []),
    ],
)
def test_hosts(text: str, hosts: list[str]) -> None:
    assert [link.host for link in links_in(text)] == hosts


@pytest.mark.parametrize(
    ("count", "history", "kinds"),
    [
        (1, NEWCOMER, []),
        (2, NEWCOMER, [("hold", "many_links")]),
        (3, REGULAR, []),
        (4, REGULAR, [("hold", "many_links")]),
    ],
)
def test_newcomers_may_send_fewer(count: int, history: History, kinds: list[tuple[str, str | None]]) -> None:
    assert told(" ".join(f"https://site{n}.example/" for n in range(count)), history) == kinds


def test_allowed_domains_with_their_subdomains_are_not_counted() -> None:
    many = " ".join(
        ["https://example.org/a", "https://news.example.org/b", "https://xn--mller-kva.de", "https://www.müller.de"] * 4
    )
    assert told(many, NEWCOMER) == []
    assert told("https://notexample.org https://example.org.evil.example", NEWCOMER) == [("hold", "many_links")]


@pytest.mark.parametrize(
    "text",
    [
        "https://spam.example/x",
        "http://www.spam.example",
        "SPAM.EXAMPLE/offer",
        "//spam.example",
        "https://spam.example:443/",
        "https://пример.рф/",
        "https://sub.xn--e1afmkfd.xn--p1ai",
        "https://spam。example/x",
    ],
)
def test_blocked_domains_are_refused(text: str) -> None:
    assert told(text) == [("refuse", "blocked_domain")]


@pytest.mark.parametrize(
    "text", ["https://notspam.example/", "https://spam.example.org/", "https://x.com/?u=spam.example"]
)
def test_others_are_not(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "what", "host"),
    [
        ("https://аррӏе.com", "look_alike", "xn--80ak6aa92e.com"),
        ("https://pаypal.com/login", "mixed_scripts", "xn--pypal-4ve.com"),
        ("https://xn--pypal-4ve.com/", "mixed_scripts", "xn--pypal-4ve.com"),
        ("https://bank.example@evil.example/", "user_info", "evil.example"),
        ("hxxp://evil.example", "spelt_out", "evil.example"),
        ("evil[.]example", "spelt_out", "evil.example"),
    ],
)
def test_tricks_are_held_and_shown_as_they_are(text: str, what: str, host: str) -> None:
    draft = Draft(body=text, side=None, about=None, is_reply=False)
    (signal,) = links.check(draft, REGULAR, RULES)
    assert (signal.kind, signal.what) == ("hold", what)
    assert host in signal.detail


@pytest.mark.parametrize(
    "text",
    ["https://münchen.de", "https://пример.испытание", "https://日本語.jp", "https://ひらがなカタカナ漢字.jp", "https://한국.kr",
     "https://xn--nxasmq6b.gr", "https://ελληνικά.gr"],
)  # fmt: skip
def test_honest_names_in_other_scripts_pass(text: str) -> None:
    assert told(text) == []


def test_a_thousand_links_are_told_shortly() -> None:
    body = " ".join(f"https://s{n}.spam.example" for n in range(300))
    kinds = told(body)
    assert kinds == [("refuse", "blocked_domain")] * 10 + [("hold", "many_links")]
