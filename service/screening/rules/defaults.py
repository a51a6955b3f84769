"""The rules of an installation that has not set its own: short, and on the side of holding rather than refusing."""

from service.screening.rules.signals import Rules, WordLists

DEFAULT_RULES = Rules(
    version=0,
    words=WordLists(
        suspect=(
            "kill yourself", "kys", "go die", "subhuman", "vermin", "retard", "retarded", "moron", "scumbag", "whore",
            "viagra", "cialis", "casino bonus", "crypto giveaway",
            "work from home and earn", "whatsapp me", "telegram me",
        ),
    ),
)  # fmt: skip
