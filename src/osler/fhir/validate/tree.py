"""The rules of a profile as the tree that their ids describe."""

from __future__ import annotations

from dataclasses import dataclass, field

from osler.fhir.definitions.profiles import Profile, Rule
from osler.fhir.definitions.profiles.ids import segments


@dataclass(slots=True)
class Node:
    """One element, or one slice of an element."""

    rule: Rule
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)
    """In their order. A slice of a slice is inside of it, under the rest of its name."""

    @property
    def says_nothing(self) -> bool:
        rule = self.rule
        demands = (rule.min, rule.types, rule.fixed, rule.pattern, rule.binding, rule.invariants, rule.max_length)
        return not (any(demands) or rule.max is not None or rule.least or rule.most or self.children or self.slices)


def tree_of(profile: Profile) -> Node:
    """The root, with everything below it."""
    root = Node(Rule(""))
    for rule in profile.rules:
        node, id_ = root, ""
        for name, slice_name in segments(rule.id):
            id_ = f"{id_}.{name}" if id_ else name
            node = node.children.setdefault(name, Node(Rule(id_)))
            if slice_name:
                id_ = f"{id_}:{slice_name}"
                node = _slice(node, slice_name, id_)
        node.rule = rule
    return root


def _slice(node: Node, name: str, id_: str) -> Node:
    above, _, rest = name.partition("/")
    if rest and above in node.slices:
        return _slice(node.slices[above], rest, id_)
    return node.slices.setdefault(name, Node(Rule(id_)))
