"""The rules of an installation that has not set its own: short, and on the side of holding rather than refusing."""

from service.screening.rules.ruleset import Rules, WordList

DEFAULT_RULES = Rules(
    version=0,
    words=(
        WordList(
            name="threats",
            kind="suspect",
            words=("kill yourself", "kys", "go die"),
            language="en",
            harm="threat",
        ),
        WordList(
            name="insults",
            kind="suspect",
            words=("subhuman*", "vermin", "retard", "retarded", "retards", "moron*", "scumbag*", "whore*"),
            language="en",
            harm="abuse",
        ),
        WordList(
            name="spam",
            kind="suspect",
            words=(
                "viagra", "cialis", "casino bonus", "crypto giveaway",
                "work from home and earn", "whatsapp me", "telegram me",
            ),
            harm="spam",
        ),
    ),
)  # fmt: skip
