"""Extensions and the values of primitives (https://hl7.org/fhir/R4/fhirpath.html#functions)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from osler.fhir.path.code import Code, from_items
from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import form, gives_items, gives_truth
from osler.fhir.path.kinds import kind_of
from osler.fhir.path.nodes import EMPTY, Item, Items, Node
from osler.fhir.path.syntax import Call
from osler.fhir.path.values import single_text

if TYPE_CHECKING:
    from osler.fhir.path.compiler import Compiler


@form("extension", 1)
def _extension(compiler: Compiler, call: Call, source: Code) -> Code:
    read, address = source.items, compiler.scoped(call.arguments[0]).items

    def items(this: Item, env: Environment) -> Items:
        found = read(this, env)
        if not found:
            return EMPTY
        url = single_text(address(this, env), "extension()")
        return [each for item in found if type(item) is Node for each in _with_url(_holder(item), url)]

    return from_items(items)


@gives_truth("hasExtension", 1)
def _has_extension(items: Items, env: Environment, address: Items) -> bool:
    url = single_text(address, "hasExtension()")
    return any(type(item) is Node and _with_url(_holder(item), url) for item in items)


@gives_truth("hasValue")
def _has_value(items: Items, env: Environment) -> bool:
    if len(items) != 1:
        return False
    item = items[0]
    return type(item) is not Node or (item.kind.primitive and item.value is not None)


@gives_items("getValue")
def _get_value(items: Items, env: Environment) -> Items:
    if not _has_value(items, env):
        return EMPTY
    item = items[0]
    return [item.kind.system(item)] if type(item) is Node else items


@gives_items("checkModifiers", 0, 9)
def _check_modifiers(items: Items, env: Environment, *known: Items) -> Items:
    """The items as they are; an error when one has a modifier extension other than those named."""
    allowed: set[Hashable] = {single_text(each, "checkModifiers()") for each in known}
    for item in items:
        extensions = item.value.get("modifierExtension") if type(item) is Node and not item.kind.primitive else None
        for extension in extensions if type(extensions) is list else ():
            if type(extension) is not dict or extension.get("url") not in allowed:
                fail("an item has a modifier extension that is not known")
    return items


def _holder(node: Node) -> Any:
    """The JSON object that has the extensions of an element."""
    return node.extra if node.kind.primitive else node.value


def _with_url(holder: Any, url: str | None) -> Items:
    extensions = holder.get("extension") if type(holder) is dict else None
    if type(extensions) is not list:
        return EMPTY
    kind = kind_of("Extension")
    return [Node(each, kind) for each in extensions if type(each) is dict and each.get("url") == url]
