"""From a request to its answer: route, permission, handler; and from whatever went wrong to an OperationOutcome."""

from __future__ import annotations

import logging

from osler.access.audit.entry import Action, Outcome
from osler.access.compile import granted_permissions
from osler.access.gate import outcome_of
from osler.access.permissions import require
from osler.core.errors import OslerError, Unavailable
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.outcome import HttpError, answer_of
from osler.interfaces.api.request import Request
from osler.interfaces.api.routes import TYPES, Route, Routes, allowed

log = logging.getLogger(__name__)

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def table() -> Routes:
    """The routes; joined here late, because batches dispatch their entries through it."""
    global _table
    if _table is None:
        from osler.interfaces.api.surface import routes

        _table = routes()
    return _table


_table: Routes | None = None


def admitted(request: Request) -> Route:
    """The route of a request that its actor may use. Raises HttpError 404 and 405, Forbidden."""
    route = request.route or table().find(request.parts, request.method)
    if route is None:
        raise _no_such_place(request, table().methods(request.parts))
    request.route = route
    require(granted_permissions(request.actor), route.permission)
    return route


async def dispatch(request: Request) -> Answer:
    """The answer, whatever happens. A request that failed before the gate had it leaves its audit row here."""
    try:
        return await admitted(request).endpoint(request)
    except Exception as error:
        return await answer_failure(request, error)


async def answer_failure(request: Request, error: Exception) -> Answer:
    told = error if isinstance(error, OslerError) else _unexpected(request, error)
    if isinstance(told, Unavailable) and told.__cause__ is not None:
        log.warning("A request was answered 503", exc_info=told.__cause__, extra={"method": request.method})
    if not request.audited and request.records is None:
        request.audited = True
        try:
            await request.context.gate.record(
                request.actor, _action(request), _outcome(told), what=request.what or _place(request)
            )
        except OslerError as unwritten:
            # Nothing is answered that could not be written down.
            return answer_of(unwritten)
    return answer_of(told)


def _action(request: Request) -> Action:
    if request.route is not None and request.route.action is not None:
        return request.route.action
    return Action.READ if request.method in ("GET", "HEAD") else Action.UPDATE


def _outcome(error: OslerError) -> Outcome:
    if isinstance(error, HttpError):
        return Outcome.NOT_FOUND if error.status == 404 else Outcome.INVALID
    return outcome_of(error)


def _place(request: Request) -> str:
    return request.parts[0] if request.parts[0] in TYPES else "?"


def _unexpected(request: Request, error: Exception) -> OslerError:
    """Logged by kind and place, never with its text; told as nothing but our fault."""
    log.error(
        "A request failed unexpectedly",
        exc_info=error,
        extra={"method": request.method, "path": "/fhir/" + "/".join(request.parts)},
    )
    return HttpError(500, "Osler failed to answer this. It was logged; nothing was acknowledged.", code="exception")


def _no_such_place(request: Request, methods: tuple[str, ...]) -> HttpError:
    if request.method not in _METHODS:
        return HttpError(501, "Osler does not know this method.", code="not-supported")
    if methods:
        possible = allowed(methods)
        return HttpError(
            405,
            f"{request.method} is not possible here; what is: {possible}.",
            code="not-supported",
            headers=((b"allow", possible.encode()),),
        )
    first, last = request.parts[0], request.parts[-1]
    if last.startswith("$"):
        return HttpError(404, "Osler has no such operation here.", code="not-supported")
    if first and first[0].isupper() and first not in TYPES:
        return HttpError(404, "There is no resource type of that name in R4.", code="not-supported")
    return HttpError(404, "There is nothing at this address; see /fhir/metadata for what there is.", code="not-found")
