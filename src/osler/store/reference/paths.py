"""The little FHIRPath that search parameters are written in, walked over the JSON step by step.

Names, `.where()`, `.as()`, `as`, `is`, `resolve()`, `exists()`, `=`, `!=`, `and`, `|`, `[n]`. Nothing is compiled and
nothing is shared with the way the store extracts its index.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from osler.fhir.definitions import definitions
from osler.store.reference.nodes import Node, children, root

_WORDS = re.compile(r"\s*('(?:[^'\\]|\\.)*'|!=|[A-Za-z_][\w-]*|%\w+|\d+|[().,|=\[\]])")

Tree = tuple[Any, ...]
Part = Callable[[list[str]], tuple[Tree, list[str]]]


def evaluate(expression: str, resource: dict[str, Any], start: Node | None = None) -> list[Node]:
    """Every node the expression finds, from the resource or from a node inside it (components of composites)."""
    whole = root(resource)
    return _walk(_parse(expression), [start or whole], whole)


@lru_cache(maxsize=4096)
def _parse(expression: str) -> Tree:
    words = [m.group(1) for m in _WORDS.finditer(expression)]
    tree, rest = _union(words)
    if rest:
        raise ValueError(f"cannot read {rest} in {expression}")
    return tree


def _union(words: list[str]) -> tuple[Tree, list[str]]:
    return _chain(words, ("|",), lambda w: _chain(w, ("and",), _comparison))


def _comparison(words: list[str]) -> tuple[Tree, list[str]]:
    return _chain(words, ("=", "!="), _cast)


def _chain(words: list[str], operators: tuple[str, ...], part: Part) -> tuple[Tree, list[str]]:
    left, words = part(words)
    while words and words[0] in operators:
        operator = words[0]
        right, words = part(words[1:])
        left = (operator, left, right)
    return left, words


def _cast(words: list[str]) -> tuple[Tree, list[str]]:
    left, words = _steps(words)
    while words and words[0] in ("as", "is"):
        left, words = (words[0], left, words[1]), words[2:]
    return left, words


def _steps(words: list[str]) -> tuple[Tree, list[str]]:
    tree, rest = _term(words)
    while rest and rest[0] in (".", "["):
        tree, rest = _step(tree, rest)
    return tree, rest


def _step(tree: Tree, words: list[str]) -> tuple[Tree, list[str]]:
    if words[0] == "[":
        return ("index", tree, int(words[1])), words[3:]
    if len(words) > 2 and words[2] == "(":
        return _call(tree, words[1], words[3:])
    return ("child", tree, words[1]), words[2:]


def _call(base: Tree, name: str, words: list[str]) -> tuple[Tree, list[str]]:
    if words[0] == ")":
        return (name, base), words[1:]
    argument, words = _union(words)
    return (name, base, argument), words[1:]


def _term(words: list[str]) -> tuple[Tree, list[str]]:
    head = words[0]
    if head == "(":
        tree, words = _union(words[1:])
        return tree, words[1:]
    if head.startswith("'"):
        return ("literal", head[1:-1]), words[1:]
    if head in ("true", "false"):
        return ("literal", head == "true"), words[1:]
    if len(words) > 1 and words[1] == "(":
        return _call(("here",), head, words[2:])
    return ("name", head), words[1:]


def _walk(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return _RULES[tree[0]](tree, here, whole)


def _name(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    name = str(tree[1])
    if name == "%resource":
        return [whole]
    if name[0].isupper():  # a type: the start of a path, empty for resources of another type
        return [node for node in here if node.type == name or name in ("Resource", "DomainResource")]
    return [child for node in here for child in children(node, name)]


def _child(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return [child for node in _walk(tree[1], here, whole) for child in children(node, str(tree[2]))]


def _where(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return [node for node in _walk(tree[1], here, whole) if _true(_walk(tree[2], [node], whole))]


def _as(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    wanted = tree[2] if isinstance(tree[2], str) else str(tree[2][1])
    return [node for node in _walk(tree[1], here, whole) if _is(node, wanted)]


def _is_type(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return [_truth(_is(node, str(tree[2]))) for node in _walk(tree[1], here, whole)]


def _is(node: Node, wanted: str) -> bool:
    return node.type.lower() == wanted.lower()  # the standard writes DateTime for dateTime in places


def _resolve(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    """Only the type of the target matters here: taken from the way the reference is written."""
    found = [_target_type(node) for node in _walk(tree[1], here, whole)]
    return [Node(kind, kind, {}) for kind in found if kind]


def _target_type(node: Node) -> str:
    reference = str(node.held.get("reference", ""))
    parts = reference.split("/_history/")[0].split("/")
    if len(parts) >= 2 and parts[-2] in definitions().resource_types:
        return parts[-2]
    return str(node.held.get("type", ""))


def _compare(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    left, right = _walk(tree[1], here, whole), _walk(tree[2], here, whole)
    if not left or not right:
        return []
    same = [n.value for n in left] == [n.value for n in right]
    return [_truth(same if tree[0] == "=" else not same)]


def _and(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    left, right = _walk(tree[1], here, whole), _walk(tree[2], here, whole)
    if _false(left) or _false(right):
        return [_truth(False)]
    return [_truth(True)] if left and right else []


def _true(nodes: list[Node]) -> bool:
    return bool(nodes) and nodes[0].value is True


def _false(nodes: list[Node]) -> bool:
    return bool(nodes) and nodes[0].value is False


def _truth(value: bool) -> Node:
    return Node("boolean", "", value)


def _here(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return here


def _literal(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return [Node("", "", tree[1])]


def _exists(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return [_truth(bool(_walk(tree[1], here, whole)))]


def _index(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return _walk(tree[1], here, whole)[tree[2] : tree[2] + 1]


def _either(tree: Tree, here: list[Node], whole: Node) -> list[Node]:
    return _walk(tree[1], here, whole) + _walk(tree[2], here, whole)


_RULES: dict[str, Callable[[Tree, list[Node], Node], list[Node]]] = {
    "name": _name,
    "child": _child,
    "where": _where,
    "as": _as,
    "ofType": _as,
    "is": _is_type,
    "resolve": _resolve,
    "=": _compare,
    "!=": _compare,
    "and": _and,
    "|": _either,
    "here": _here,
    "literal": _literal,
    "exists": _exists,
    "index": _index,
}
