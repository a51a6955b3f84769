"""What is said to a reader who may not take part, and where it leads: a text of the catalogues, one entry a state.

A refusal's problem and the gate that a page shows in place of the composer say the same and carry the same addresses.
"""

from typing import Final, Literal

import msgspec

from service.languages.said import Said, said
from service.participation.rules.standing import Links
from service.participation.rules.tables import State

LinkName = Literal["login_url", "subscribe_url", "renew_url"]


class Way(msgspec.Struct, frozen=True):
    """A sentence, and the addresses that help."""

    text: Said
    leads_to: tuple[LinkName, ...]


# States that are not here may take part.
BY_STATE: Final[dict[State, Way]] = {
    State.ANONYMOUS: Way(said("gates.anonymous"), ("login_url", "subscribe_url")),
    State.REGISTERED: Way(said("gates.registered"), ("subscribe_url",)),
    State.PAST_DUE_OVER: Way(said("gates.past_due"), ("subscribe_url", "renew_url")),
    State.PAUSED: Way(said("gates.paused"), ("subscribe_url", "renew_url")),
    State.CANCELED_OVER: Way(said("gates.canceled"), ("subscribe_url", "renew_url")),
    State.EXPIRED: Way(said("gates.expired"), ("subscribe_url", "renew_url")),
    State.REFUNDED: Way(said("gates.refunded"), ("subscribe_url",)),
}


def links_for(state: State, links: Links) -> dict[str, str]:
    """The configured addresses that help in this state; renewing falls back to subscribing."""
    found: dict[LinkName, str | None] = {
        "login_url": links.login_url,
        "subscribe_url": links.subscribe_url,
        "renew_url": links.renew_url or links.subscribe_url,
    }
    way = BY_STATE.get(state)
    return {name: url for name in way.leads_to if (url := found[name])} if way else {}
