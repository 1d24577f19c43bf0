"""Search parameters that are not stored because others already say the same.

`patient` selects, of what `subject` selects, the patients; `combo-code` is `code` and `component-code` together; a composite
over the whole resource holds when its two parts hold. Storing them again would cost a third of the disk (ADR 1).
"""

from __future__ import annotations

import re
from functools import lru_cache

from osler.fhir.definitions import definitions
from osler.fhir.search.clinical import clinical_params
from osler.fhir.search.expressions import COMPUTED_DECEASED, paths_of

_NO_SYSTEM = frozenset(("code", "id", "string", "uri", "boolean", "ContactPoint"))

_FEW_TARGETS = 8

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


@lru_cache(maxsize=512)
def subject_param(type_: str) -> str | None:
    """The stored reference parameter on the type's one subject, if it may be in the Patient compartment by it.

    A patient it names is the row's `pat`, and is in no row of `refs`: the commonest reference of all costs nothing.
    """
    if not {"patient", "subject"} & set(definitions().compartment("Patient").get(type_, ())):
        return None
    for code in ("subject", "patient"):
        param = definitions().search_params(type_).get(code)
        element = param.expression.removeprefix(f"{type_}.") if param is not None else ""
        if element in ("subject", "patient") and definitions().elements(type_)[element].max == 1:
            return code
    return None


@lru_cache(maxsize=8192)
def is_subject(type_: str, code: str) -> bool:
    """Whether `code` reads the subject: then its patients are in `pat`, and only its other targets in `refs`."""
    return subject_param(type_) is not None and sources(type_, code) == (subject_param(type_),)


@lru_cache(maxsize=8192)
def is_stored(type_: str, code: str) -> bool:
    """False for parameters whose rows and tokens are left out."""
    return (type_, code) not in COMPOSED and sources(type_, code) == (code,)


@lru_cache(maxsize=8192)
def token_sources(type_: str, code: str) -> tuple[str, ...]:
    """As `sources`, for all tokens of a parameter; a reference parameter keeps its own but for `stands_for`."""
    param = definitions().search_params(type_).get(code)
    return (code,) if param is None or param.type == "reference" else sources(type_, code)


@lru_cache(maxsize=8192)
def stands_for(type_: str, code: str) -> tuple[str, tuple[str, ...]] | None:
    """For a reference parameter that selects by type what another reads: that other, and how the tokens begin that are
    only stored under it (`patient=Patient/` is `subject=Patient/`, and `patient:type=` is `subject:type=`)."""
    param = definitions().search_params(type_).get(code)
    if param is None or param.type != "reference" or (wider := _wider(type_, code)) is None:
        return None
    return wider, (*(f"{code}={target}/" for target in param.targets), f"{code}:type=")


@lru_cache(maxsize=512)
def implied(type_: str) -> dict[str, str]:
    """Tokens that say that a reference parameter is present, each with the token that need not be stored beside it:
    who has `encounter:type=Encounter` has an encounter. Parameters that may point at many types keep both."""
    params = definitions().search_params(type_).values()
    few = [p for p in params if p.type == "reference" and 0 < len(p.targets) <= _FEW_TARGETS]
    return {f"{p.code}:type={target}": f"{p.code}:present" for p in few for target in p.targets}


@lru_cache(maxsize=8192)
def has_no_system(type_: str, code: str) -> bool:
    """Whether all that a token parameter reads are values without system: then `|c` says nothing that `c` does not."""
    param = definitions().search_params(type_).get(code)
    if param is None or param.type != "token" or not param.expression:
        return False
    if param.expression == COMPUTED_DECEASED:
        return True
    return {path.datatype for path in paths_of(param.expression, type_)} <= _NO_SYSTEM


def stored_keys(type_: str, key: str) -> list[str]:
    """A token key as it is stored: under the parameters that stand for its own, any of them."""
    code = re.split("[=:]", key, maxsplit=1)[0]
    if key == f"{code}:present":
        telling = [typed for typed, present in implied(type_).items() if present == key]
        return [*_stored(type_, code, key), *(stored for typed in telling for stored in _stored(type_, code, typed))]
    return _stored(type_, code, key)


def _stored(type_: str, code: str, key: str) -> list[str]:
    if key.startswith(f"{code}=|") and has_no_system(type_, code):
        key = f"{code}={key[len(code) + 2 :]}"
    other = stands_for(type_, code)
    if other is not None and key.startswith(other[1]):
        return [other[0] + key[len(code) :]]
    return [source + key[len(code) :] for source in token_sources(type_, code)]


@lru_cache(maxsize=512)
def unstored_tokens(type_: str) -> tuple[str, ...]:
    """How the index tokens of the type begin that are left out."""
    params = definitions().search_params(type_)
    derived = [code + mark for code in params if token_sources(type_, code) != (code,) for mark in "=:"]
    narrowed = [start for code in params if (other := stands_for(type_, code)) for start in other[1]]
    doubled = [f"{code}=|" for code in params if has_no_system(type_, code)]
    return (*derived, *narrowed, *doubled)


@lru_cache(maxsize=512)
def unread_params(type_: str) -> frozenset[str]:
    """Parameters of which nothing at all is stored, so that a write need not read them. Those of references stay (they
    tell whose record it is), and so do those of the clinical date."""
    params = definitions().search_params(type_).values()
    kept = clinical_params(type_)
    return frozenset(
        p.code for p in params if p.type != "reference" and p.code not in kept and not is_stored(type_, p.code)
    )


def _parts(expression: str) -> frozenset[str]:
    return frozenset(part.strip().strip("()") for part in expression.split("|"))
