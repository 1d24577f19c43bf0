"""What one rule says of the values of an element, as checks in the order that reads best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.fhir.definitions import Element, definitions
from osler.fhir.definitions.profiles import Profile, Rule, TypeRule
from osler.fhir.definitions.profiles.model import bare
from osler.fhir.definitions.profiles.reduction import CORE
from osler.fhir.validate.binding import binding_checks
from osler.fhir.validate.invariants import invariant_checks
from osler.fhir.validate.issue import Path
from osler.fhir.validate.kinds import Check
from osler.fhir.validate.references import Conforms, target_check
from osler.fhir.validate.run import Run
from osler.fhir.validate.values import value_checks

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks


def rule_checks(rule: Rule, type: str, structure: str, profile: Profile, checks: Checks) -> list[Check]:
    """For values of one type, with `structure` inside; what the rule says of other types of a choice is left out."""
    told = said_by(profile, rule.id)
    found = value_checks(rule, told)
    if rule.binding:
        found += binding_checks(rule.binding, type, checks.value_set, told)
    for each in rule.types:
        if each.code == type or each.code in ("Resource", "DomainResource"):
            found += _type_checks(each, profile, checks, told)
    return found + invariant_checks(rule.invariants, structure)


def said_by(profile: Profile, id: str) -> str:
    """`us-core-patient: name.family`"""
    name = profile.url.rpartition("/")[2]
    return f"{name}: {id}" if id else name


def base_target_check(element: Element) -> list[Check]:
    """A reference of a base type; nothing to ask where it may lead anywhere."""
    targets = frozenset(element.targets)
    if element.type != "Reference" or not targets or targets >= definitions().resource_types:
        return []
    return [target_check(targets, None, element.path)]


def _type_checks(rule: TypeRule, profile: Profile, checks: Checks, told: str) -> list[Check]:
    found: list[Check] = []
    if rule.targets and rule.code == "Reference":
        found.append(_targets(rule.targets, profile, checks, told))
    # Extensions are checked by url wherever they are.
    if rule.profiles and rule.code != "Extension":
        found.append(_profiles(rule.profiles, profile, checks, told))
    return found


def _profiles(canonicals: tuple[str, ...], profile: Profile, checks: Checks, told: str) -> Check:
    """One of several profiles; of one only, its own issues are told."""
    near = profile.package
    if len(canonicals) == 1:
        return _one_profile(canonicals[0], near, checks, told)

    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        if not any(checks.conforms(value, sibling, path, run, each, near) for each in canonicals):
            run.add(path, "structure", "This does not fulfill any of the profiles asked for.", told)

    return check


def _one_profile(canonical: str, near: str, checks: Checks, told: str) -> Check:
    def check(value: Any, sibling: Any, path: Path, run: Run) -> None:
        node = checks.profile(canonical, near)
        if node is None or not run.begins(value, canonical):
            return
        try:
            node(value, sibling, path, run)
        finally:
            run.ends(value, canonical)

    return check


def _targets(canonicals: tuple[str, ...], profile: Profile, checks: Checks, told: str) -> Check:
    types, profiles = set[str](), list[str]()
    for canonical in canonicals:
        name = bare(canonical).removeprefix(CORE)
        if name in definitions().resource_types:
            types.add(name)
            profiles.append("")
        elif target := checks.profiles.find(canonical, profile.package):
            types.add(target.type)
            profiles.append(canonical)
        else:
            types |= definitions().resource_types  # nobody here knows what it is of
            profiles.append("")
    return target_check(frozenset(types), None if "" in profiles else _any_of(profiles, profile, checks), told)


def _any_of(canonicals: list[str], profile: Profile, checks: Checks) -> Conforms:
    def conforms(target: dict[str, Any], path: Path, run: Run) -> bool:
        inner = run.within(target, (None, target["resourceType"], None), is_contained=True)
        return any(checks.conforms(target, None, inner.start, inner, each, profile.package) for each in canonicals)

    return conforms
