"""What every answer of the web app tells the browser not to do.

The policy allows what Osler itself serves and nothing else: no inline script or style, no foreign origin, no frame
around it. Scripts run by a nonce that is new for each answer; fragments carry the header too, because htmx takes
their nonce from it. Trusted Types has two policies: `htmx` (guarded by `hx-nonce` on every element that has
behaviour) and `osler` (markup fetched from our own server).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

FIXED_HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
}


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of one answer."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types htmx osler",
        )
    )


def page_headers(nonce: str) -> dict[str, str]:
    """All headers of a page or fragment. Pages about patients are never kept by a cache."""
    return {**FIXED_HEADERS, "content-security-policy": content_policy(nonce), "cache-control": "no-store"}


def is_cross_site(request: HTTPConnection) -> bool:
    """Whether another site's page sent this request (Fetch Metadata; Origin against Host where a browser lacks it)."""
    site = request.headers.get("sec-fetch-site")
    if site:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


class SameOriginOnly:
    """ASGI middleware of the web app: a write that another site's page sends is refused before any route sees it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and is_cross_site(HTTPConnection(scope)):
            refusal = PlainTextResponse("This request came from another site's page.", 403)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, _with_fixed_headers(send))


def _with_fixed_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            added = [(k.encode(), v.encode()) for k, v in FIXED_HEADERS.items() if k.encode() not in present]
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return sender
