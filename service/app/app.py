"""The application: every route, behind one front. The only module that knows all features' handlers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
import structlog
from litestar import Litestar

from service.accounts import routes as accounts
from service.accounts.auth import undeclared
from service.app import dev_tokens, docs, health, metrics, problem_pages
from service.app.front.asgi import App
from service.app.front.front import Front
from service.app.front.hot import Ready
from service.app.front.paths import RouteTable
from service.app.lifespan import lifespan_of
from service.app.openapi import openapi_config
from service.app.problem_responses import on_error
from service.app.strict_request import StrictRequest
from service.appeals import routes as appeals
from service.audit import routes as audit
from service.bulk_decisions import routes as bulk_decisions
from service.comments import routes as comments
from service.entitlements import routes as entitlements
from service.infra.clock import SystemClock
from service.infra.config import Settings
from service.infra.telemetry import configure_logging
from service.kernel import limits
from service.languages import catalogues
from service.live import routes as live
from service.moderation import routes as moderation
from service.notices import routes as notices
from service.participation import routes as participation
from service.reasons import routes as reasons
from service.records import routes as records
from service.screening import routes as screening
from service.statistics import routes as statistics
from service.stories import routes as stories
from service.threads import routes as threads
from service.threads.serving import ThreadPages
from service.web.assets import Assets
from service.web.page import DemoStory
from service.web.routes import demo_router, web_router

_log = structlog.get_logger(__name__)

_FOLDER = Path(__file__).resolve().parents[1]

_FEATURES = (
    accounts, stories, threads, comments, participation, entitlements, reasons, appeals, notices, moderation,
    bulk_decisions, records, statistics, screening, audit, live, health, docs, problem_pages,
)  # fmt: skip


def create_app(settings: Settings) -> Front:
    """The whole service as one ASGI callable; nothing is opened before its lifespan starts."""
    configure_logging(readable=settings.development, level=settings.log_level)
    catalogues.every()
    handlers: list[Any] = [handler for feature in _FEATURES for handler in feature.handlers]
    assets = Assets(_FOLDER / "web")
    _log.info("widget", served=assets.form)
    handlers.append(web_router(assets))
    if settings.development:
        handlers += [*metrics.development_handlers, demo_router(_mint_with(settings), _example_story(), assets)]

    def answer_from(pages: ThreadPages[Ready]) -> None:
        front.hot = pages.hot

    app = Litestar(
        route_handlers=handlers,
        lifespan=[lifespan_of(settings, answer_from)],
        exception_handlers={Exception: on_error},
        openapi_config=openapi_config(),
        request_class=StrictRequest,
        request_max_body_size=limits.request_body_bytes_max,
        # The front writes its own access line and the error handler its own error line.
        logging_config=None,
    )
    if open_by_mistake := undeclared(app.routes):
        raise RuntimeError(f"these routes do not say who may call them: {', '.join(open_by_mistake)}")
    front = Front(cast(App, app), settings, routes=RouteTable.of(app.routes))
    return front


def _mint_with(settings: Settings) -> Any:
    """Tokens for the demonstration page, signed with the development secrets."""
    clock = SystemClock()

    def mint(role: str) -> Mapping[str, str]:
        part = "reader" if role == "registered" else role
        return {"token": dev_tokens.mint(part, settings, clock.now()), "name": dev_tokens.PARTS[part].name}

    return mint


def _example_story() -> DemoStory:
    return msgspec.json.decode((_FOLDER / "example" / "story.json").read_bytes(), type=DemoStory)
