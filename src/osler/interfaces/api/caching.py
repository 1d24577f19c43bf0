"""How long what is said of the server itself may be kept, and by whom."""

from __future__ import annotations

from osler.interfaces.api.request import Request


def caching(request: Request) -> tuple[bytes, bytes]:
    """The header of a statement. Only where the settings give the address may a cache between keep it for others: else it
    names whatever address this one client wrote into its request."""
    whom = b"public" if request.context.settings.base_url else b"private"
    return b"cache-control", whom + b", max-age=300"
