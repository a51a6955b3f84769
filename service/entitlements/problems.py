"""The problem types of subscriptions."""

from typing import Any

from service.kernel.problems import Problem
from service.languages.said import Said


class SubscriptionRequired(Problem):
    """Taking part needs a subscription that is in force. `entitlement` says what is known of the reader's;
    `subscribe_url` is where to subscribe and `renew_url`, where there is something to renew, is where to do that.
    What the reader wrote is not lost."""

    slug, title, status = "subscription-required", "A subscription is needed to take part", 403

    def __init__(self, detail: Said, *, subscribe_url: str | None, entitlement: Any, **links: Any) -> None:
        super().__init__(detail, subscribe_url=subscribe_url, entitlement=entitlement, **links)


class WebhookRefused(Problem):
    """The call is not signed by the subscription system, or is too old or too new. What exactly was wrong is not
    told."""

    slug, title, status = "webhook-refused", "The call was not accepted", 401
