"""Tokens: one look-up in the index of hashes for a short list, one for every few values of a long one.

PostgreSQL's `&&` over thousands of hashes compares each with each while it looks them up, and on a row it compares each
with every hash of the row; of a thousand values that matched nothing, a walk through 470,000 rows took half a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osler.fhir.search.query import Tokens
from osler.store.derived import is_subject
from osler.store.search.lists import is_long

if TYPE_CHECKING:
    from osler.store.search.build import Build

_TOGETHER = 32
"""Hashes of a long list that are looked up at once. One by one, each would look through what waits to be merged into the
index; all at once, each is compared with each."""


def is_value(criterion: Tokens) -> bool:
    """Plain `param=value` tokens, not :missing, :identifier, :of-type or :not."""
    return not criterion.negated and all(key.startswith(f"{criterion.param}=") for key in criterion.keys)


def patients_of(build: Build, type_: str, criterion: Tokens) -> list[int] | None:
    """The patients, as `pat` holds them, when the criterion lists nothing else and reads the row's one subject."""
    if not is_subject(type_, criterion.param) or not is_value(criterion):
        return None
    names = [key.partition("=")[2] for key in criterion.keys]
    return [build.store.hasher.text(name) for name in names] if all(n.startswith("Patient/") for n in names) else None


def drive_tokens(build: Build, hashes: list[int], row: str) -> str:
    """Rows that have one of the hashes, by the index. A long list gives their numbers: then the type has to be said."""
    if not is_long(hashes):
        operator = "@>" if len(hashes) == 1 else "&&"
        return f"{row}.tok {operator} {build.sql.arg(hashes, 'bigint[]')}"
    held, few = build.sql.arg(hashes, "bigint[]"), build.alias()
    own = f"{few}.tok && ({held})[i:i + {_TOGETHER - 1}]"
    return (
        f"{row}.rid = ANY (ARRAY(SELECT x.rid FROM generate_series(1, cardinality({held}), {_TOGETHER}) AS i,"
        f" LATERAL (SELECT {few}.rid FROM resource {few} WHERE NOT {few}.deleted AND {own} OFFSET 0) x))"
    )


def has_any(build: Build, hashes: list[int], row: str) -> str:
    """Whether a row at hand has one of the hashes. Those of a long list are hashed once for all rows."""
    if len(hashes) == 1:
        return f"{build.sql.arg(hashes[0], 'bigint')} = ANY ({row}.tok)"
    held = build.sql.arg(hashes, "bigint[]")
    if not is_long(hashes):
        return f"arrayoverlap({row}.tok, {held})"
    return f"EXISTS (SELECT 1 FROM unnest({row}.tok) AS own (h) WHERE {is_among('own.h', held)})"


def is_among(value: str, values: str) -> str:
    """Whether an SQL value is in an SQL array of many. As a condition by itself it would be made a join."""
    return f"({value} IN (SELECT unnest({values}))) IS TRUE"


def fence_tokens(build: Build, type_: str, criterion: Tokens, row: str) -> str:
    found = has_any(build, build.tokens(type_, criterion.keys), row)
    return f"NOT ({found})" if criterion.negated else found
