"""Whether a search can be answered by the site's own parameters yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.core.errors import Unavailable, Unsupported
from osler.fhir.search.custom import failed
from osler.fhir.search.parse.results import ANY
from osler.fhir.search.query import Query
from osler.store.custom.loading import refresh
from osler.store.custom.state import Custom, Key
from osler.store.pool import Connection

if TYPE_CHECKING:
    from osler.store.store import Store

_FAILED = "SELECT EXISTS (SELECT 1 FROM resource WHERE type = $1 AND NOT deleted AND tok @> ARRAY[$2::bigint])"


async def check(store: Store, conn: Connection, query: Query) -> None:
    """Raises Unavailable while rows may be left that a parameter of the query has not been read of, and Unsupported for a parameter
    that cannot be read of all of them."""
    if not store.custom.params.by_type:
        return
    used = _used(store.custom, query)
    if used and (store.custom.is_stale() or not all(map(store.custom.is_ready, used))):
        await refresh(store)  # on a connection of its own: this transaction may have written parameters itself
    for key in used:
        _check_ready(store.custom, key)
        type_, code = key
        if await conn.fetchval(_FAILED, store.type_id(type_), store.hasher.token(type_, failed(code))):
            words = f"The expression of the search parameter {code} fails on some {type_}; until it is mended it is not answered."
            raise Unsupported(words, path=code)


def _used(custom: Custom, query: Query) -> list[Key]:
    named = {(type_, code) for type_, _, code in (each.partition(".") for each in query.used)}
    links = (*query.include, *query.revinclude)
    named.update((each.source, each.param) for each in links)
    if any(each.source == ANY for each in links):
        named.update(each.key for each in custom.params.all() if each.param.type == "reference")
    return sorted(key for key in named if custom.params.find(*key) is not None)


def _check_ready(custom: Custom, key: Key) -> None:
    if custom.is_ready(key):
        return
    type_, code = key
    own, state = custom.params.find(*key), custom.states.get(key)
    begun = own is not None and state is not None and state.print == own.print
    percent = state.percent if begun and state is not None else 0
    words = f"The search parameter {code} of {type_} is indexing, {percent} %; until that is done it is not answered."
    raise Unavailable(words, retry_after=_seconds_left(percent, state.seconds if state is not None else 0))


def _seconds_left(percent: int, elapsed: float) -> int:
    if not percent:
        return 10
    return max(2, min(600, round(elapsed * (100 - percent) / percent)))
