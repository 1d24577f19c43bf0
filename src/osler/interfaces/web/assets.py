"""The built front end: where each file is, and serving it so that browsers fetch it once."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from osler.access.permissions import Permission, permission

BUILT = Path(__file__).parent / "static" / "built"
PREFIX = "/static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class FrontEndMissing(RuntimeError):
    """Osler was put here without its front end being built."""

    def __init__(self) -> None:
        super().__init__(
            "The front end is not built. Install Osler with `pip install -e .` in its checkout, which builds it."
        )


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Logical name (`app.css`) to the file that holds it now."""
    try:
        return json.loads((BUILT / "manifest.json").read_text())["files"]
    except FileNotFoundError as error:
        raise FrontEndMissing from error


def asset(name: str) -> str:
    """The address of a built file; a name that is not built raises KeyError."""
    return f"{PREFIX}/{manifest()[name]}"


@lru_cache(maxsize=64)
def _load(name: str, encoding: str) -> bytes | None:
    path = BUILT / (name + encoding)
    return path.read_bytes() if path.is_file() else None


@permission(Permission.PUBLIC)
async def serve_asset(request: Request) -> Response:
    """One built file, in the smallest form that the browser reads. The name holds the hash, so it is good for ever."""
    name = request.path_params["name"]
    if name not in manifest().values():
        raise HTTPException(404)
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "vary": "accept-encoding",
    }
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    body = None
    for encoding, suffix in ENCODINGS:
        if encoding in accepted and (body := _load(name, suffix)) is not None:
            headers["content-encoding"] = encoding
            break
    content = body if body is not None else _load(name, "")
    return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)


def routes() -> Mount:
    """Mount of the static files, needing nobody signed in."""
    return Mount(PREFIX, routes=[Route("/{name}", serve_asset, methods=["GET"])])
