"""`/healthz`, `/readyz` and `/metrics`: for those who keep the server running."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from osler.access.compile import granted_permissions
from osler.access.permissions import Permission, permission, require
from osler.core.errors import OslerError
from osler.interfaces.api.context import Context
from osler.interfaces.api.metrics import gauge

READY_SECONDS = 3.0


@permission(Permission.PUBLIC)
async def healthz(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"})


@permission(Permission.PUBLIC)
async def readyz(request: Request) -> Response:
    """The database answers and the audit takes rows: requests can be served."""
    context: Context = request.app.state.context
    try:
        async with asyncio.timeout(READY_SECONDS):
            await context.gate.check_ready()
    except (OslerError, TimeoutError):
        return JSONResponse({"status": "not ready"}, 503, {"Retry-After": "5"})
    return JSONResponse({"status": "ready"})


@permission(Permission.PUBLIC)
async def metrics(request: Request) -> Response:
    """For Prometheus; only for this machine, or with the token of someone who may run maintenance."""
    context: Context = request.app.state.context
    if not await _may_see_metrics(request, context):
        return PlainTextResponse("From this machine, or with a token that may run maintenance.\n", 403)
    lines = [*context.meter.lines(), *_gauges(context)]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _gauges(context: Context) -> list[str]:
    load, pool = context.load, context.gate.store.pool
    return [
        *gauge("osler_requests_in_progress", "Requests being answered.", load.requests),
        *gauge("osler_request_body_bytes", "Bytes of request bodies held.", load.bytes),
        *gauge("osler_database_connections_busy", "Database connections in use.", pool.busy),
        *gauge("osler_database_connections", "Database connections there may be.", pool.size),
        *gauge("osler_audit_waiting", "Audit rows of reads not yet written.", context.gate.audit.batcher.waiting),
    ]


async def _may_see_metrics(request: Request, context: Context) -> bool:
    client: Any = request.client
    behind_proxy = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if client and client.host in ("127.0.0.1", "::1") and not behind_proxy:
        return True
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    try:
        require(granted_permissions(await context.tokens.authenticate(bearer)), Permission.MAINTENANCE)
    except OslerError:
        return False
    return True
