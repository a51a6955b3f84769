"""The documented policy is the one that holds."""

from pathlib import Path

from service.participation.rules.document import BEGIN, END, markdown

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "docs" / "policy.md"]


def test_every_page_with_the_policy_shows_it_as_it_is() -> None:
    pages = {page: page.read_text(encoding="utf-8") for page in PAGES if page.exists()}
    shown = {page: text for page, text in pages.items() if BEGIN in text}
    assert shown, "no page shows the policy"
    for page, text in shown.items():
        block = text[text.index(BEGIN) : text.index(END) + len(END)]
        assert block == markdown().strip(), f"{page.name}: print it anew with -m service.participation.rules.document"
