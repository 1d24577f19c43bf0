"""Search parameters that are not stored because others already say the same.

`patient` selects, of what `subject` selects, the patients; `combo-code` is `code` and `component-code` together; a composite
over the whole resource holds when its two parts hold. Storing them again would cost a third of the disk (ADR 1).
"""

from __future__ import annotations

from functools import lru_cache

from osler.fhir.definitions import definitions

COMPOSED: dict[tuple[str, str], tuple[str, str, str | None]] = {
    ("Observation", "code-value-quantity"): ("code", "value-quantity", None),
    ("Observation", "combo-code-value-quantity"): ("code", "value-quantity", "component-code-value-quantity"),
}
"""Composites answered by their parts at the root of the resource, and by the rows of a third parameter below it."""


@lru_cache(maxsize=8192)
def sources(type_: str, code: str) -> tuple[str, ...]:
    """The stored parameters whose values together are those of `code`; just itself when it is stored."""
    params = definitions().search_params(type_)
    param = params.get(code)
    if param is None or param.type in ("composite", "special"):
        return (code,)
    parts = _parts(param.expression)
    if param.type == "reference" and (wider := _wider(type_, code)):
        return (wider,)
    if len(parts) < 2:
        return (code,)
    smaller = [p for p in params.values() if p.code != code and p.type == param.type and _parts(p.expression) < parts]
    union = frozenset[str]().union(*(_parts(p.expression) for p in smaller))
    return tuple(sorted(p.code for p in smaller)) if union == parts else (code,)


@lru_cache(maxsize=8192)
def _wider(type_: str, code: str) -> str | None:
    """The reference parameter on the same element without the condition on the target's type."""
    expression = definitions().search_params(type_)[code].expression
    root, _, condition = expression.partition(".where(resolve() is ")
    if not condition or "|" in expression or not condition.endswith(")"):
        return None
    for other in definitions().search_params(type_).values():
        if other.code != code and other.type == "reference" and other.expression.strip() == root.strip():
            return other.code
    return None


@lru_cache(maxsize=8192)
def is_stored(type_: str, code: str) -> bool:
    """False for parameters whose rows and tokens are left out."""
    return (type_, code) not in COMPOSED and sources(type_, code) == (code,)


@lru_cache(maxsize=8192)
def token_sources(type_: str, code: str) -> tuple[str, ...]:
    """As `sources`, for tokens: a reference parameter keeps its own."""
    param = definitions().search_params(type_).get(code)
    return (code,) if param is None or param.type == "reference" else sources(type_, code)


@lru_cache(maxsize=512)
def unstored_tokens(type_: str) -> tuple[str, ...]:
    """How the index tokens of the type begin that are left out."""
    codes = [code for code in definitions().search_params(type_) if token_sources(type_, code) != (code,)]
    return tuple(code + mark for code in codes for mark in "=:")


def _parts(expression: str) -> frozenset[str]:
    return frozenset(part.strip().strip("()") for part in expression.split("|"))
