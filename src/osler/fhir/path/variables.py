"""`%resource`, `%ucum` and the other variables (https://hl7.org/fhir/R4/fhirpath.html#variables)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osler.fhir.path.code import Code, constant, from_items
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.kinds import node_of
from osler.fhir.path.nodes import EMPTY, Item, Items, Node

FIXED = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
}
_SURROUNDINGS: dict[str, Callable[[Environment], Node | None]] = {
    "resource": Environment.resource_node,
    "rootResource": Environment.root_node,
    "context": lambda env: env.context or env.focus,
}
PREFIXES = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}


def variable(name: str) -> Code:
    """Code for `%name`. Whether a name that is given from outside is there shows only when it is evaluated."""
    if name in FIXED:
        return constant(FIXED[name])
    for prefix, base in PREFIXES.items():
        if name.startswith(prefix):
            return constant(base + name.removeprefix(prefix))
    if name in _SURROUNDINGS:
        return from_items(_surrounding(_SURROUNDINGS[name]))
    return from_items(_given(name))


def is_reserved(name: str) -> bool:
    """Whether no expression may define a variable of this name."""
    return name in FIXED or name in _SURROUNDINGS or name.startswith(tuple(PREFIXES))


def _surrounding(read: Callable[[Environment], Node | None]) -> Callable[[Item, Environment], Items]:
    def items(this: Item, env: Environment) -> Items:
        node = read(env)
        return EMPTY if node is None else [node]

    return items


def _given(name: str) -> Callable[[Item, Environment], Items]:
    def items(this: Item, env: Environment) -> Items:
        if name in env.defined:
            return env.defined[name]
        if name not in env.variables:
            fail("a variable is not defined")
        return as_items(env.variables[name])

    return items


def as_items(value: Any) -> Items:
    """What a caller gave for a variable or as focus: a value, a node, a resource, or a list of these."""
    if value is None:
        return EMPTY
    if isinstance(value, list):
        return [item for each in value for item in as_items(each)]
    return [node_of(value)] if type(value) is dict else [value]
