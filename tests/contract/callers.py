"""Who calls in the contract's tests, and how: each part with its token, the subscription system with its signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import requests
from schemathesis import Case

from service.infra.clock import SystemClock
from service.infra.signatures import sign_standard
from tests.builders import a_comment, a_story, post
from tests.site import WEBHOOK_SECRET, Site

ANONYMOUS = "anonymous"
PARTS = (ANONYMOUS, "reader", "lapsed", "subscriber", "moderator", "editor", "admin", "service")
# What a signature stands for is looked at before the body.
SIGNED = ("/v1/webhooks/subscriptions", "/v1/webhooks/verdicts")


class Caller:
    """One part, over connections that are kept."""

    def __init__(self, site: Site, part: str) -> None:
        self.part, self._url = part, site.url
        self.secret = None if part == ANONYMOUS else site.token(part)
        self._headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def call(self, case: Case[Any]) -> requests.Response:
        """Sends the case as this part; what the case says about who calls does not count."""
        if case.headers:
            case.headers.pop("Authorization", None)
        if case.path not in SIGNED or self.part != "service":
            given = case.as_transport_kwargs(base_url=self._url, headers=self._headers)
            return self._send(given, {})
        given = case.as_transport_kwargs(base_url=self._url)
        body = requests.Request(**_plain(given)).prepare().body or b""
        assert isinstance(body, str | bytes)
        raw = body.encode() if isinstance(body, str) else body
        signed = sign_standard(WEBHOOK_SECRET, str(uuid4()), SystemClock().now(), raw)
        return self._send(given, signed)

    def _send(self, given: dict[str, Any], more: Mapping[str, str]) -> requests.Response:
        prepared = self._session.prepare_request(requests.Request(**_plain(given)))
        prepared.headers.update(more)
        return self._session.send(prepared, timeout=20, allow_redirects=False)


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    names = ("method", "url", "headers", "files", "data", "json", "params", "cookies")
    return {name: given[name] for name in names if name in given}


class Places:
    """What exists, so that half of the cases get further than to a 404."""

    def __init__(self, site: Site) -> None:
        story = a_story(site)
        comment = a_comment(site, story)
        a_comment(site, story, "A reply.", by="bo", parent_id=comment["id"])
        with site.api("subscriber") as api:
            own = post(api, story, "My own comment.").raise_for_status().json()
        self._known = {
            "story": story,
            "comment": own["id"],
            "site": "main",
            "queue": "held",
            "author": comment["author"]["id"],
            "reader": comment["author"]["id"],
            "subscriber": "sam",
        }

    def lead_to(self, case: Case[Any]) -> None:
        """Puts what exists into the case's path."""
        for name in case.path_parameters or {}:
            if name in self._known:
                case.path_parameters[name] = self._known[name]
