"""`/healthz`, `/readyz` and `/metrics`: for those who keep the server running."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from osler.access.compile import granted_permissions
from osler.access.permissions import Permission, permission, require
from osler.core.errors import OslerError
from osler.interfaces.api.context import Context
from osler.interfaces.api.metrics import Sample, exposition, found

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
    others = await asyncio.to_thread(found, metrics_folder(context))
    text = exposition({str(os.getpid()): samples_of(context)} | others)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def samples_of(context: Context) -> list[Sample]:
    """The numbers of this process."""
    load, pool = context.load, context.gate.store.pool
    gauges = {
        "osler_requests_in_progress": load.requests,
        "osler_request_body_bytes": load.bytes,
        "osler_database_connections_busy": pool.busy,
        "osler_database_connections": pool.size,
        "osler_audit_waiting": context.gate.audit.batcher.waiting,
    }
    return [*context.meter.samples(), *(Sample(name, "", "", value) for name, value in gauges.items())]


def metrics_folder(context: Context) -> Path:
    return context.settings.data_dir / "run" / "metrics"


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
