"""Every invariant that comes with Osler is an expression, and can be asked of a resource."""

from __future__ import annotations

from typing import Any

import pytest

from osler.fhir.definitions.profiles import Profile, builtin_profiles
from osler.fhir.path import compile_path


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    known = builtin_profiles()
    found = [
        known.find(url, near=f"{package.name}#{package.version}")
        for package in known.packages
        for url in package.profiles
    ]
    return [profile for profile in found if profile is not None]


def test_every_invariant_can_be_evaluated(profiles: list[Profile]):
    expressions = {
        (profile.type, invariant.expression)
        for profile in profiles
        for rule in profile.rules
        if not rule.id
        for invariant in rule.invariants
    }
    for type_name, expression in expressions:
        resource: dict[str, Any] = {"resourceType": type_name}
        assert compile_path(expression).test(resource) in (True, False)


def test_every_invariant_compiles(profiles: list[Profile]):
    expressions = {
        invariant.expression for profile in profiles for rule in profile.rules for invariant in rule.invariants
    }
    assert len(expressions) > 200
    for expression in expressions:
        compile_path(expression)
