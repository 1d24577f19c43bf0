"""Expressions ready to be evaluated."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

from osler.core.errors import Invalid
from osler.fhir.path.code import Code
from osler.fhir.path.compiler import Compiler
from osler.fhir.path.environment import Environment, too_costly
from osler.fhir.path.kinds import node_of
from osler.fhir.path.nodes import Item, Items, Kind, Node
from osler.fhir.path.parser import parse
from osler.fhir.path.static import Checker
from osler.fhir.path.syntax import Expression


class Path:
    """A FHIRPath expression. Evaluation raises Invalid for what cannot be evaluated, TooCostly past the limit of work."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.expression: Expression = parse(text)
        self._checked: set[tuple[str, bool]] = set()
        _ = self._lenient

    def evaluate(
        self, focus: Any, env: Environment | None = None, *, type_name: str = "", strict: bool = True
    ) -> list[Any]:
        """What the expression gives: values (str, bool, int, Decimal, Temporal, Quantity, TypeInfo) and Nodes.

        `focus` is a resource, a Node, a value, or None for nothing; with `type_name` JSON of that type. `strict` is the
        letter of the standard; without it `as` filters, as the expressions need that R4 publishes.
        """
        this = _focus(focus, type_name)
        return list(self._run(this, env or Environment(), strict=strict))

    def test(self, value: Any, env: Environment | None = None, kind: Kind | None = None, extra: Any = None) -> bool:
        """Whether a resource or element meets an invariant: anything but false, an empty result included.

        With `kind` (of `kind_of`) the JSON value of that type, `extra` being its `_name` sibling if it is a primitive.
        """
        env = env or Environment()
        node = value if type(value) is Node else Node(value, kind, extra) if kind is not None else node_of(value)
        env.begin(node, strict=False)
        try:
            return self._lenient.truth(node, env) is not False
        except RecursionError:
            too_costly()

    def check(self, type_name: str, *, ordered: bool = False) -> None:
        """Raises Invalid when the expression, used on this type, names an element that cannot be there, or gives a
        function what it cannot take. `ordered`: also when it relies on an order that is not defined."""
        if (type_name, ordered) not in self._checked:
            Checker(type_name, ordered=ordered).check(self.expression)
            self._checked.add((type_name, ordered))

    def kinds(self, type_name: str) -> frozenset[str] | None:
        """FHIR kinds and `System.` types that the expression may give when used on this type; None: anything. Raises as `check`."""
        return Checker(type_name, ordered=False).kinds(self.expression)

    def _run(self, this: Item, env: Environment, *, strict: bool) -> Items:
        code = self._strict if strict else self._lenient
        env.begin(this if type(this) is Node else None, strict=strict)
        try:
            return code.items(this, env)
        except RecursionError:
            too_costly()

    @cached_property
    def _strict(self) -> Code:
        return Compiler(self.expression, strict=True).code(self.expression)

    @cached_property
    def _lenient(self) -> Code:
        return Compiler(self.expression, strict=False).code(self.expression)


def _focus(focus: Any, type_name: str) -> Item:
    if type_name:
        return node_of(focus, type_name)
    if type(focus) is dict:
        return node_of(focus)
    if isinstance(focus, list):
        raise Invalid("A FHIRPath expression is evaluated on one resource, element or value.")
    return focus


_SHORT = 1_000
"""Characters of an expression that is worth keeping many of."""


def compile_path(text: str) -> Path:
    """The expression of a text, as a rule the same object for the same text. Raises Invalid, with the place, when it is
    none."""
    return _kept_short(text) if len(text) <= _SHORT else _kept_long(text)


@lru_cache(maxsize=2048)
def _kept_short(text: str) -> Path:
    return Path(text)


@lru_cache(maxsize=16)
def _kept_long(text: str) -> Path:
    return Path(text)
