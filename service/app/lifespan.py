"""What the application opens when it starts and closes when it stops, in that order and the reverse."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import msgspec
from litestar import Litestar

from service.accounts.actions import forget_reader
from service.accounts.rules.notices import READER_CHANNEL, ReaderChanged
from service.accounts.tokens import Authenticator
from service.app.front.hot import Ready, ready
from service.app.metrics import metrics_server
from service.app.version import version
from service.infra.broadcast import Broadcast
from service.infra.clock import SystemClock
from service.infra.config import Settings
from service.infra.http_client import HttpClient
from service.infra.postgres import Database
from service.infra.rate_limit import Limiter
from service.infra.redis import open_redis
from service.infra.tools import Tools
from service.live.fanout.live import Live
from service.screening.current import RULES_CHANNEL, CurrentRules
from service.screening.model.current import MODEL_CHANNEL, CurrentModel
from service.screening.outside.asking import OutsideServices, configured
from service.screening.screener import Screener
from service.threads.serving import ThreadPages


async def open_tools(settings: Settings, stack: AsyncExitStack) -> Tools:
    """Connections of one process, closed with the stack. Redis may be away; PostgreSQL must be there."""
    redis = open_redis(settings.redis_url)
    if redis is not None:
        stack.push_async_callback(redis.aclose)
    db = await Database.open(
        settings.database_url, size=settings.database_pool_size, statement_cache=settings.database_statement_cache
    )
    stack.push_async_callback(db.close)
    read_db = db
    if settings.database_read_url:
        read_db = await Database.open(
            settings.database_read_url,
            size=settings.database_pool_size,
            statement_cache=settings.database_statement_cache,
        )
        stack.push_async_callback(read_db.close)
    broadcast = await stack.enter_async_context(Broadcast(redis))
    limiter = Limiter.of(settings, redis)
    stack.push_async_callback(limiter.close)
    return Tools(
        settings=settings,
        clock=SystemClock(),
        db=db,
        read_db=read_db,
        limiter=limiter,
        broadcast=broadcast,
    )


def lifespan_of(
    settings: Settings, pages_opened: Callable[[ThreadPages[Ready]], None]
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Opens the tools and all that a process keeps in memory; `pages_opened` is handed the page cache."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            tools = await open_tools(settings, stack)
            app.state.tools = tools

            private_allowed = settings.private_addresses_allowed or settings.development
            http = await stack.enter_async_context(HttpClient.open(private_allowed=private_allowed))
            authenticator = Authenticator.of(settings, http, tools.clock)
            await authenticator.start()
            stack.push_async_callback(authenticator.close)
            app.state.authenticator = authenticator

            def forget_caller(message: bytes) -> None:
                changed = msgspec.json.decode(message, type=ReaderChanged)
                authenticator.forget(changed.subject_hash)
                if changed.reader is not None:
                    forget_reader(tools.db, changed.reader)

            tools.broadcast.subscribe(READER_CHANNEL, forget_caller)
            stack.callback(tools.broadcast.unsubscribe, READER_CHANNEL, forget_caller)

            current_rules = CurrentRules(tools.db)
            tools.broadcast.subscribe(RULES_CHANNEL, current_rules.changed, current_rules.changed)
            stack.callback(tools.broadcast.unsubscribe, RULES_CHANNEL, current_rules.changed)
            outside = OutsideServices(http, configured(settings), settings.outside_budget_s)
            model = CurrentModel(tools.db)
            tools.broadcast.subscribe(MODEL_CHANNEL, model.told)
            stack.callback(tools.broadcast.unsubscribe, MODEL_CHANNEL, model.told)
            app.state.screener = Screener(current_rules, outside, model)
            pages: ThreadPages[Ready] = ThreadPages(tools, ready, version())
            tools.broadcast.subscribe("sc:changed", pages.told, pages.doubt)
            stack.callback(tools.broadcast.unsubscribe, "sc:changed", pages.told)
            app.state.thread_pages = pages
            pages_opened(pages)

            live = Live(tools)
            await live.start()
            stack.push_async_callback(live.stop)
            app.state.live = live

            if not settings.development:
                await stack.enter_async_context(metrics_server(settings.host, settings.metrics_port))
            yield

    return lifespan
