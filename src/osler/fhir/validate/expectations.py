"""What a slice says at the end of a discriminator's path: in itself, and in the profiles that it names on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from osler.fhir.definitions.profiles import Profile
from osler.fhir.definitions.profiles.model import bare
from osler.fhir.validate.selection import Step
from osler.fhir.validate.tree import Node, tree_of

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks

_DEEPEST = 8


class Expected(NamedTuple):
    """What a slice says at the end of a discriminator's path, and the profile that says so."""

    node: Node
    profile: Profile
    fixed: dict[str, Any] | None = None
    pattern: dict[str, Any] | None = None


def expected_at(node: Node, steps: list[Step], profile: Profile, checks: Checks, depth: int = 0) -> Iterator[Expected]:
    """Every place that speaks of the end of the path: the slice, and the profiles it names on the way."""
    if depth > _DEEPEST:
        return
    rule = node.rule
    if not steps or steps[0].kind == "resolve":
        yield Expected(node, profile, rule.fixed, rule.pattern)
        if not steps:
            yield from _in_profiles(node, steps, profile, checks, depth)
        return
    if steps[0].kind == "type":
        yield from expected_at(node, steps[1:], profile, checks, depth)
        return
    for whole, is_fixed in ((rule.fixed, True), (rule.pattern, False)):
        for part in _inside(whole, steps):
            yield Expected(node, profile, {"=": part} if is_fixed else None, None if is_fixed else {"=": part})
    for child in _children(node, steps[0]):
        yield from expected_at(child, steps[1:], profile, checks, depth + 1)
    yield from _in_profiles(node, steps, profile, checks, depth)


def _in_profiles(node: Node, steps: list[Step], profile: Profile, checks: Checks, depth: int) -> Iterator[Expected]:
    for type_rule in node.rule.types:
        for canonical in type_rule.profiles:
            if type_rule.code == "Extension" and [each.name for each in steps] == ["url"]:
                yield Expected(node, profile, fixed={"=": bare(canonical)})
            elif found := checks.profiles.find(canonical, profile.package):
                yield from expected_at(tree_of(found), steps, found, checks, depth + 1)


def _children(node: Node, step: Step) -> Iterator[Node]:
    """A choice is `value` in paths and `value[x]` in ids; an extension is told by its url."""
    if step.kind == "extension":
        sliced = node.children.get("extension")
        for each in sliced.slices.values() if sliced else ():
            urls = {bare(canonical) for rule in each.rule.types for canonical in rule.profiles}
            fixed = each.children["url"].rule.fixed.get("=") if "url" in each.children else None
            if step.name in urls or step.name == fixed:
                yield each
        return
    for name in (step.name, f"{step.name}[x]"):
        if child := node.children.get(name):
            yield child
            yield from child.slices.values()


def _inside(whole: dict[str, Any], steps: list[Step]) -> Iterator[Any]:
    """The parts of a fixed value or pattern that a path leads to."""
    values = [whole["="]] if whole else []
    for step in steps:
        values = [value.get(step.name) for value in values if isinstance(value, dict)]
        values = [each for value in values for each in (value if isinstance(value, list) else [value])]
    yield from (value for value in values if value is not None)
