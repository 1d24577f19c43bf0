"""Which other sites' pages may call the API from a browser (OSLER_CORS_ORIGINS)."""

from __future__ import annotations

from osler.interfaces.api.answer import Header

_EXPOSED = b"Content-Location, ETag, Last-Modified, Location, Retry-After, X-Request-Id"
_ALLOWED = b"Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, X-Request-Id"


class Cors:
    """`origins` may hold `*`: any site then, but never with cookies. A listed origin may send them."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._any = "*" in origins
        self._origins = frozenset(origins)

    def headers(self, origin: str, *, preflight: bool) -> list[Header]:
        """What an answer to a page of this origin says; nothing when it may not call."""
        if not self._any and origin not in self._origins:
            return [(b"vary", b"Origin")]
        found: list[Header] = [(b"vary", b"Origin"), (b"access-control-expose-headers", _EXPOSED)]
        if origin in self._origins:
            found += [
                (b"access-control-allow-origin", origin.encode("latin-1")),
                (b"access-control-allow-credentials", b"true"),
            ]
        else:
            found.append((b"access-control-allow-origin", b"*"))
        if preflight:
            found += [
                (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
                (b"access-control-allow-headers", _ALLOWED),
                (b"access-control-max-age", b"600"),
            ]
        return found
