"""What is said to a reader who may not take part, and where it leads: in words for people, one entry a state.

A refusal's problem and the gate that a page shows in place of the composer say the same and carry the same addresses.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from service.participation.rules.standing import Links
from service.participation.rules.tables import State

LinkName = Literal["login_url", "subscribe_url", "renew_url"]


class Words(msgspec.Struct, frozen=True):
    """A sentence, and the addresses that help."""

    message: str
    leads_to: tuple[LinkName, ...]


# States that are not here may take part.
BY_STATE: Final[dict[State, Words]] = {
    State.ANONYMOUS: Words("Log in to join the conversation.", ("login_url", "subscribe_url")),
    State.REGISTERED: Words("Subscribe to comment.", ("subscribe_url",)),
    State.PAST_DUE_OVER: Words(
        "Your last payment did not go through. Renew your subscription to comment.", ("subscribe_url", "renew_url")
    ),
    State.PAUSED: Words("Your subscription is paused. Resume it to comment.", ("subscribe_url", "renew_url")),
    State.CANCELED_OVER: Words(
        "Your subscription has ended. Subscribe again to comment.", ("subscribe_url", "renew_url")
    ),
    State.EXPIRED: Words("Your subscription has expired. Renew it to comment.", ("subscribe_url", "renew_url")),
    State.REFUNDED: Words("Your subscription was refunded. Subscribe again to comment.", ("subscribe_url",)),
}


def links_for(state: State, links: Links) -> dict[str, str]:
    """The configured addresses that help in this state; renewing falls back to subscribing."""
    found: dict[LinkName, str | None] = {
        "login_url": links.login_url,
        "subscribe_url": links.subscribe_url,
        "renew_url": links.renew_url or links.subscribe_url,
    }
    words = BY_STATE.get(state)
    return {name: url for name in words.leads_to if (url := found[name])} if words else {}


def moment_in_words(moment: datetime) -> str:
    """A moment for a sentence that is the same for every reader: in UTC, to the minute."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
