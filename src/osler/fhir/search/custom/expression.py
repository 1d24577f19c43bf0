"""Expressions of a site's search parameters: which part is for which type, what may stand in them, what they read."""

from __future__ import annotations

from collections.abc import Iterator

from osler.core.errors import Invalid
from osler.fhir.definitions import definitions
from osler.fhir.path import compile_path
from osler.fhir.path.syntax import Call, Expression, Index, Member, Operation, TypeOperation, Variable

LONGEST = 2_000
"""Characters of an expression."""
_REFUSED = {
    **dict.fromkeys(("memberOf", "subsumes", "subsumedBy"), "asks the terminology, which changes by itself"),
    **dict.fromkeys(("now", "today", "timeOfDay"), "asks the time, and what is indexed would grow old"),
    **dict.fromkeys(("conformsTo", "htmlChecks", "trace"), "is not for searches"),
}
"""Functions that are not of the resource alone."""
_VARIABLES = frozenset({"resource", "rootResource", "context", "ucum", "sct", "loinc"})
ANY_BASE = ("Resource", "DomainResource")


def part_for(text: str, type_: str) -> str:
    """Those of the alternatives (` | `) that can be of a resource type; empty when none can. Raises Invalid for what is no
    expression."""
    kept = [part for part in _alternatives(text) if _begins_with(part) in (None, type_, *ANY_BASE)]
    return " | ".join(part.strip() for part in kept)


def check_functions(text: str) -> None:
    """Raises Invalid, saying where, for what an expression of a search parameter may not ask."""
    for each, inside in _walk(compile_path(text).expression, None):
        if isinstance(each, Call) and each.name in _REFUSED:
            raise Invalid(f"{each.name}() {_REFUSED[each.name]} (character {each.at + 1}).")
        if isinstance(each, Call) and each.name == "resolve" and not _is_test(inside):
            raise Invalid(f"resolve() is only understood as resolve() is Type (character {each.at + 1}).")
        if isinstance(each, Variable) and each.name not in _VARIABLES:
            raise Invalid(f"The variable is not known (character {each.at + 1}).")


def datatypes_of(text: str, type_: str) -> frozenset[str] | None:
    """The datatypes that an expression gives for a resource type, None where that cannot be told. Raises Invalid when it names
    an element that there is not."""
    kinds = compile_path(text).kinds(type_)
    return None if kinds is None else frozenset(map(_plain, kinds))


def _plain(kind: str) -> str:
    name = kind.removeprefix("System.")
    return name if name == kind or name == "Quantity" else name[:1].lower() + name[1:]


def _alternatives(text: str) -> list[str]:
    expression = compile_path(text).expression
    if not (isinstance(expression, Operation) and expression.operator == "|"):
        return [text]
    parts = text[: expression.at], text[expression.at + 1 :]
    try:
        return [each for part in parts for each in _alternatives(part)]
    except Invalid:
        return [text]  # parentheses around all of it: they cannot be told apart by type


def _begins_with(text: str) -> str | None:
    """The resource type that a part begins with."""
    each: Expression | None = compile_path(text).expression
    while True:
        match each:
            case Member(source=None, name=name):
                return name if name in definitions().resource_types or name in ANY_BASE else None
            case Member(source=source) | Call(source=source) | Index(source=source):
                each = source
            case TypeOperation(operand=operand):
                each = operand
            case _:
                return None


def _walk(each: Expression, inside: Expression | None) -> Iterator[tuple[Expression, Expression | None]]:
    yield each, inside
    for part in each.parts():
        yield from _walk(part, each)


def _is_test(inside: Expression | None) -> bool:
    match inside:
        case TypeOperation(operator="is"):
            return True
        case Call(name="is"):
            return True
        case _:
            return False
