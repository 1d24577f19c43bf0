"""What goes back to a client: status, headers, and a body made of bytes that are never parsed on the way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from osler.access.records import Resource

Header = tuple[bytes, bytes]


@dataclass(slots=True)
class Answer:
    """One answer. `body` may come in pieces."""

    status: int
    body: bytes | list[bytes] = b""
    headers: list[Header] = field(default_factory=list[Header])
    modified: datetime | None = None
    """When the one resource shown was last changed, to the millisecond."""
    media_type: bytes = b""
    """Content-Type; empty for FHIR JSON in the flavor that the client asked for."""

    def whole(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)

    def header(self, name: bytes) -> str | None:
        return next((value.decode("latin-1") for key, value in self.headers if key == name), None)


@lru_cache(maxsize=1024)
def http_date(moment: datetime) -> bytes:
    """`Sat, 21 Nov 2026 09:20:00 GMT`; milliseconds are dropped, as HTTP has none."""
    return format_datetime(moment.astimezone(UTC), usegmt=True).encode()


def etag(version: int) -> bytes:
    return b'W/"%d"' % version


def version_headers(stored: Resource) -> list[Header]:
    """ETag and Last-Modified of a version."""
    return [(b"etag", etag(stored.version)), (b"last-modified", http_date(stored.updated))]


def location_of(base: str, stored: Resource) -> str:
    """The address of this very version."""
    return f"{base}/{stored.type}/{stored.id}/_history/{stored.version}"
