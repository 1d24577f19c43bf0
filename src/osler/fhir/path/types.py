"""`is`, `as` and `ofType` (https://hl7.org/fhirpath/N1/#types)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from osler.fhir.path.code import Code, from_items, from_truth
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.kinds import SYSTEM_TYPES, is_fhir_type, kind_of
from osler.fhir.path.lexer import refuse
from osler.fhir.path.nodes import EMPTY, Item, Items, Node, TypeInfo
from osler.fhir.path.quantity import Quantity
from osler.fhir.path.temporal import Temporal

Test = Callable[[Item], bool]


def type_check(operand: Code, name: str, at: int, *, strict: bool) -> Code:
    """`operand is name`: a type or one derived from it. Unless `strict`, nothing is of a type there is not: expressions
    published with R4 also name types of later releases."""
    if not strict and not is_type(name):
        return from_truth(lambda this, env: False if operand.items(this, env) else None)
    test = _test(name, at, exact=False)
    read = operand.items

    def truth(this: Item, env: Environment) -> bool | None:
        found = read(this, env)
        if len(found) > 1:
            fail("“is” takes a single item, and there are several")
        return test(found[0]) if found else None

    return from_truth(truth)


def cast(operand: Code, name: str, at: int, *, single: bool) -> Code:
    """`operand as name`: what is of the type. `single`: several items are an error, as the standard has it, while
    R4's own expressions take `as` for a filter."""
    test = _test(name, at, exact=True)
    read = operand.items

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        if single and len(found) > 1:
            fail("“as” takes a single item, and there are several")
        return of_type(found, test, env)

    return from_items(items)


def type_filter(operand: Code, name: str, at: int) -> Code:
    """`operand.ofType(name)`."""
    test = _test(name, at, exact=True)
    read = operand.items
    return from_items(lambda this, env: of_type(read(this, env), test, env))


def is_type(name: str) -> bool:
    """Whether FHIR or FHIRPath has a type of this name."""
    namespace, _, plain = name.rpartition(".")
    if namespace == "System":
        return True
    return namespace in ("", "FHIR") and (is_fhir_type(plain) or (not namespace and plain in SYSTEM_TYPES))


def of_type(found: Items, test: Test, env: Environment) -> Items:
    if len(found) == 1:
        return found if test(found[0]) else EMPTY
    env.spend(len(found))
    return [item for item in found if test(item)]


def type_info(item: Item) -> TypeInfo:
    """What `type()` says of an item."""
    if type(item) is Node:
        base = item.kind.parent
        return TypeInfo("FHIR", item.kind.named, f"FHIR.{base}" if base else "System.Any")
    return TypeInfo("System", system_name(item), "System.Any")


def system_name(value: Any) -> str:
    """Name of the System type of a value that is not of a resource."""
    if type(value) is Temporal:
        return value.kind
    return _NAMES.get(type(value)) or ("Decimal" if isinstance(value, Decimal) else "Any")


_NAMES = {bool: "Boolean", str: "String", int: "Integer", Quantity: "Quantity", TypeInfo: "SimpleTypeInfo"}


def _test(name: str, at: int, *, exact: bool) -> Test:
    """`exact`: a code is no string, as R4's suite wants of `as` and `ofType`, while for `is` it is one."""
    if not is_type(name):
        refuse("there is no such type", at)
    namespace, _, plain = name.rpartition(".")
    if namespace == "System" or not is_fhir_type(plain):
        return _system_test(plain)
    return _fhir_test(plain, exact=exact, also_system=plain == "Quantity" and not namespace)


def _system_test(plain: str) -> Test:
    if plain == "Any":
        return lambda item: type(item) is not Node
    return lambda item: type(item) is not Node and system_name(item) == plain


def _fhir_test(plain: str, *, exact: bool, also_system: bool) -> Test:
    if also_system:
        return lambda item: plain in item.kind.bases if type(item) is Node else type(item) is Quantity
    if exact and kind_of(plain).primitive:
        return lambda item: type(item) is Node and item.kind.name == plain
    return lambda item: type(item) is Node and plain in item.kind.bases
