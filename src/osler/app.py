"""The composition root: from settings to a running application. Only the doors' mains import this."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Route

from osler.access.house import House, open_house
from osler.access.installation import Finding, diagnose
from osler.access.permissions import check_routes
from osler.access.sessions import Sessions
from osler.access.tokens import Tokens
from osler.core.clock import Clock
from osler.core.clock import now as present
from osler.core.errors import OslerError
from osler.core.settings import Settings
from osler.core.waiting import patiently
from osler.demo.accounts import PASSWORD, staff
from osler.interfaces.api.context import Context
from osler.interfaces.api.front import Front
from osler.interfaces.api.health import healthz, metrics, metrics_folder, readyz, samples_of
from osler.interfaces.api.metrics import leave
from osler.interfaces.api.mount import PREFIX, FhirMount, is_below
from osler.interfaces.web.app import web_routes
from osler.interfaces.web.components.forms import Notice
from osler.interfaces.web.office import Office
from osler.interfaces.web.security import SameOriginOnly
from osler.operations.knowledge.current import Knowledge
from osler.operations.knowledge.vocabulary import Vocabulary, built_in
from osler.store.custom import keep
from osler.store.embedded import Address
from osler.store.housekeeping import keep_house
from osler.store.opening import external_address, make_partitions, open_database
from osler.store.store import Store

log = logging.getLogger(__name__)
Opened = TypeVar("Opened")

HOUSEKEEPING_SECONDS = 10.0
PARAM_SECONDS = 2.0
"""Between two looks for search parameters that the site has defined."""
_AWAY_SECONDS, _LOOK_AGAIN = 30.0, 0.3
_PARTITIONS_EVERY = 24 * 360
"""Rounds between two looks for next month's partitions: about a day."""


def create_app(settings: Settings | None = None, *, clock: Clock = present) -> Starlette:
    """The ASGI application of one worker process; opens the record when it starts and closes it when it ends.

    Raises LookupError when a route names no permission.
    """
    settings = settings or Settings()
    front = Front(settings)
    routes: list[BaseRoute] = [
        FhirMount(front),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]
    routes += web_routes()  # last, because they take the root
    check_routes(routes)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with open_record(settings, clock) as context:
            app.state.context = front.context = context
            app.state.office = _office(settings, context, clock)
            # What is loaded by now stays: looking it through again and again for garbage would cost every request.
            gc.collect()
            gc.freeze()
            telling = asyncio.create_task(_leave_numbers(context), name="metrics")
            yield
            await _end(telling)
            gc.unfreeze()

    # Level 3 packs a chart in a third of the time of the usual 9, and hardly larger.
    middleware = [Middleware(GZipMiddleware, minimum_size=1000, compresslevel=3), Middleware(SameOriginOnly)]
    return Application(front, routes=routes, middleware=middleware, lifespan=lifespan)


class Application(Starlette):
    """Starlette, but the API's requests go straight to the API: it answers its own errors and needs no middleware."""

    def __init__(self, front: Front, **settings: Any) -> None:
        super().__init__(**settings)
        self._front = front

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and is_below(scope["path"]):
            scope["root_path"] = scope.get("root_path", "") + PREFIX
            await self._front(scope, receive, send)
        elif scope["type"] == "http":
            await self._page(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _page(self, scope: Any, receive: Any, send: Any) -> None:
        """A page, counted under the name of its handler."""
        began, status = time.perf_counter(), 500

        async def sending(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await super().__call__(scope, receive, sending)
        finally:
            name = getattr(scope.get("endpoint"), "__name__", "none")
            self._front.context.meter.note(f"page-{name}", scope["method"], status, time.perf_counter() - began)


@contextlib.asynccontextmanager
async def open_record(settings: Settings, clock: Clock = present) -> AsyncGenerator[Context]:
    """Store, audit and gate of this process for as long as the block lasts."""
    async with contextlib.AsyncExitStack() as stack:
        address = external_address(settings)
        if address is None:
            address = await stack.enter_async_context(open_database(settings, now=datetime.now(UTC)))
        house = await _open_patiently(stack, lambda: open_house(settings, address, clock=clock))
        chores = asyncio.create_task(_keep_house(house.store, address), name="housekeeping")
        stack.push_async_callback(_end, chores)
        params = asyncio.create_task(_keep_params(house.store), name="search parameters")
        stack.push_async_callback(_end, params)
        vocabulary = await _open_patiently(stack, lambda: _vocabulary(settings, house))
        doors = house.gatehouse
        yield Context(settings, house.gate, doors, Tokens(doors), Sessions(doors), terminology=vocabulary)


async def _open_patiently(
    stack: contextlib.AsyncExitStack, opened: Callable[[], contextlib.AbstractAsyncContextManager[Opened]]
) -> Opened:
    """Waits for a database that is away for a moment: a process that ends over it is one that has to be started again."""
    return await patiently(
        lambda: stack.enter_async_context(opened()),
        seconds=_AWAY_SECONDS,
        every=_LOOK_AGAIN,
        # One without a cause is about what the database holds, and will not pass.
        passes=lambda error: error.__cause__ is not None,
    )


@contextlib.asynccontextmanager
async def _vocabulary(settings: Settings, house: House) -> AsyncGenerator[Vocabulary]:
    """The terminology, kept up with what `osler load` brings while the process runs."""
    folder = settings.data_dir / "knowledge"
    knowledge = Knowledge(house, folder, builtin=partial(built_in, folder / "built-in"))
    await knowledge.refresh()
    vocabulary = Vocabulary(knowledge)

    def changed() -> None:
        vocabulary.changed()
        house.gate.rules.validator = vocabulary.validator()

    changed()
    watching = asyncio.create_task(knowledge.watch(changed), name="loaded releases")
    try:
        yield vocabulary
    finally:
        await _end(watching)


def _office(settings: Settings, context: Context, clock: Clock) -> Office:
    https = settings.base_url.startswith("https://")
    office = Office(context.gate, context.gatehouse, context.sessions, https=https, clock=clock)

    async def look_over() -> list[Finding]:
        return await diagnose(settings, now=clock())

    office.look_over = look_over
    if isinstance(context.terminology, Vocabulary):
        office.suggest = context.terminology.suggest
    if settings.demo:
        office.environment = "Demo data"
        office.site = "Lakeside Family Medicine"
        accounts = tuple(f"{each.login} ({each.role.replace('_', ' ')})" for each in staff())
        office.notice = Notice(
            (("Demo clinic: every patient is made up.", ""), ("Password for all:", PASSWORD)), accounts
        )
    return office


async def _leave_numbers(context: Context) -> None:
    while True:
        await asyncio.to_thread(leave, metrics_folder(context), samples_of(context))
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _keep_house(store: Store, address: Address) -> None:
    rounds = 0
    while True:
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
        try:
            await keep_house(store)
            if rounds % _PARTITIONS_EVERY == 0:
                await make_partitions(address, now=datetime.now(UTC))
            rounds += 1
        except OslerError as error:
            log.warning("Housekeeping waits: %s", error.message)
        except Exception:
            log.exception("Housekeeping failed")


async def _keep_params(store: Store) -> None:
    """Keeps this process up with the search parameters that the site defines, and reads them of what is there already."""
    while True:
        await asyncio.sleep(PARAM_SECONDS)
        try:
            await keep(store)
        except OslerError as error:
            log.warning("Search parameters wait: %s", error.message)
        except Exception:
            log.exception("Search parameters could not be kept up")


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
