"""The ASGI door of the API: HTTP in, a Request to the handlers, an Answer out. Nothing here knows of any interaction."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from functools import lru_cache
from typing import Any

from osler.access.events import nobody
from osler.access.permissions import Permission
from osler.core.errors import OslerError, Unavailable
from osler.core.ids import new_id
from osler.core.settings import Settings
from osler.interfaces.api import media
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.binary import may_be_raw
from osler.interfaces.api.bodies import Disconnected, read_body
from osler.interfaces.api.context import Context
from osler.interfaces.api.cors import Cors
from osler.interfaces.api.dispatch import answer_failure, dispatch, table
from osler.interfaces.api.dress import dress, takes_gzip
from osler.interfaces.api.load import MEBIBYTE, Holding
from osler.interfaces.api.outcome import HttpError, answer_of
from osler.interfaces.api.request import Request, read_params, read_prefer
from osler.interfaces.api.routes import allowed
from osler.interfaces.api.who import who_asks

REQUEST_SECONDS = 60.0
"""How long an answer may take from the moment that its request is whole and has its turn."""
SECONDS_A_BYTE = 6 / MEBIBYTE
"""What is added for large ones."""
MOST_ADDRESS = 64 * 1024

_HOST = re.compile(r"(?:[A-Za-z0-9.\-_]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_NO_STORE = (b"cache-control", b"no-store")
"""Nothing about a patient is kept by a cache on the way; a client that keeps it itself asks with If-None-Match."""
_WITH_BODY = ("POST", "PUT", "PATCH")


class Front:
    """`/fhir` as an ASGI application. `routes` is for `check_routes`."""

    context: Context
    """Set when the record has been opened, before the first request comes."""

    def __init__(self, settings: Settings) -> None:
        self.routes = table().routes
        self._cors = Cors(settings.cors_origins)
        self._base = f"{settings.base_url}/fhir" if settings.base_url else ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        began = time.perf_counter()
        request = self._request(scope)
        holding = Holding(self.context.load)
        try:
            answer = await self._answer(request, receive, holding)
        except Disconnected:
            return
        finally:
            holding.release()
        await self._send(request, answer, send)
        name = request.route.name if request.route else "none"
        self.context.meter.note(name, request.method, answer.status, time.perf_counter() - began)

    def _request(self, scope: Any) -> Request:
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        client = scope.get("client")
        return Request(
            self.context, scope["method"], path.strip("/").split("/"), scope["query_string"].decode("latin-1"), headers,
            self._base or _base_of(scope["scheme"], headers.get("host", ""), scope.get("server"), scope.get("root_path", "")),
            _nobody(client[0] if client else ""),
            prefer=read_prefer(headers.get("prefer", "")),
        )  # fmt: skip

    async def _answer(self, request: Request, receive: Any, holding: Holding) -> Answer:
        """Who asks for what is settled before the body is read, and the body is whole before it counts as work."""
        if request.method == "OPTIONS":
            return _options(request)
        try:
            await self._admit(request)
            if request.method in _WITH_BODY:
                most = self.context.settings.max_body_bytes
                request.body = await read_body(receive, request.headers, most, holding)
        except OslerError as error:
            return await answer_failure(request, error)
        try:
            self.context.load.begin()
        except Unavailable as error:
            return answer_of(error)
        size = len(request.body or b"")
        try:
            async with self.context.load.turn(size), asyncio.timeout(REQUEST_SECONDS + size * SECONDS_A_BYTE):
                return await dispatch(request)
        except TimeoutError:
            return answer_of(Unavailable("This took too long and was given up. Narrow it, or try again."))
        except Unavailable as error:
            return answer_of(error)
        finally:
            self.context.load.end()

    async def _admit(self, request: Request) -> None:
        route = request.route = table().find(request.parts, request.method)
        if route is None or route.permission is not Permission.PUBLIC:
            request.actor = await who_asks(request)
        if len(request.query) > MOST_ADDRESS:
            raise HttpError(414, "The address is too long; send a search by POST to _search.", code="too-long")
        try:
            request.media_type = media.wanted(request.header("accept"), _param(request.query, "_format"))
        except HttpError:
            if not may_be_raw(request):
                raise
            request.raw = True

    async def _send(self, request: Request, answer: Answer, send: Any) -> None:
        headers, pieces = answer.headers, [b""]
        headers += ((b"x-request-id", _request_id(request).encode()), _NOSNIFF)
        if answer.header(b"cache-control") is None:
            headers.append(_NO_STORE)
        if answer.body:
            pieces = await dress(
                answer, headers, media_type=request.media_type, pretty=_param(request.query, "_pretty") == "true",
                gzip=takes_gzip(request.header("accept-encoding")),
            )  # fmt: skip
        if "origin" in request.headers:
            headers += self._cors.headers(request.headers["origin"], preflight=request.method == "OPTIONS")
        if answer.status not in (204, 304):
            headers.append((b"content-length", b"%d" % sum(map(len, pieces))))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if request.method == "HEAD" or answer.status in (204, 304):
            pieces = [b""]
        last = len(pieces) - 1
        for n, piece in enumerate(pieces):
            await send({"type": "http.response.body", "body": piece, "more_body": n < last})


def _options(request: Request) -> Answer:
    """What can be done at this place; the answer to a browser's preflight too."""
    return Answer(204, b"", [(b"allow", allowed(table().methods(request.parts)).encode())])


def _param(query: str, name: str) -> str:
    """A parameter that shapes the answer; every request is asked for it, so that this must cost nothing."""
    if name not in query:
        return ""
    try:
        return dict(read_params(query)).get(name, "")
    except OslerError:
        return ""


_nobody = lru_cache(maxsize=1024)(nobody)
_process = new_id()
_numbers = itertools.count(1)


def _request_id(request: Request) -> str:
    """The client's own, if it is fit to be repeated; else a number of this process's."""
    given = request.headers.get("x-request-id")
    if given and len(given) <= 64 and given.isascii() and given.replace("-", "").replace("_", "").isalnum():
        return given
    return f"{_process}-{next(_numbers)}"


@lru_cache(maxsize=256)
def _base_of(scheme: str, host: str, server: tuple[str, int | None] | None, root: str) -> str:
    """How this client reaches the API, when the settings do not say."""
    if not _HOST.fullmatch(host):
        name, port = server or ("localhost", None)
        host = name if port is None else f"{name}:{port}"
    return f"{scheme}://{host}{root}"
