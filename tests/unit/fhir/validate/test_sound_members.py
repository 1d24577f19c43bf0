"""What a validator remembers of members it found sound never changes what it says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from osler.demo import generate
from osler.fhir.json import decode, encode
from osler.fhir.members import Members, members_of
from osler.fhir.validate import Issue, Validator
from osler.fhir.validate import validator as made_with
from osler.fhir.validate.sound import SoundMembers

LEAVES: list[Any] = [
    "",
    "#x",
    "Patient/1",
    "#",
    "x|y",
    0,
    1,
    True,
    None,
    [],
    {},
    {"reference": "#a"},
    {"extension": [{"url": "x:y"}]},
]


class Forgetful(SoundMembers):
    """Knows nothing, so that everything is looked into."""

    def among(self, type_: str, members: Members) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Validator]:
    with monkeypatch.context() as patch:
        patch.setattr(made_with, "SoundMembers", Forgetful)
        yield Validator()


def test_changed_resources_are_answered_as_if_nothing_were_remembered(cold: Validator):
    """Every resource first as it is, so that its members are known; then with one thing changed, or a member of another."""
    warm, chance = Validator(), random.Random(7)
    examples = _examples()
    for example in examples:
        assert _errors(warm, example) == _errors(cold, example)
    refused = 0
    for example in examples:
        for changed in (_changed(example, chance), {**example, **_member(chance.choice(examples), chance)}):
            found = _errors(warm, changed)
            assert found == _errors(cold, changed), changed["resourceType"]
            assert found == _errors(warm, changed)
            refused += bool(found)
    assert refused > 50


def test_a_member_that_points_at_another_is_looked_at_again():
    validator = Validator()
    contained = {"contained": [{"resourceType": "Practitioner", "id": "a"}]}
    assert not _errors(validator, _observation(performer=[{"reference": "#a"}], **contained))
    assert [issue.path for issue in _errors(validator, _observation(performer=[{"reference": "#a"}]))] == [
        "Observation.performer[0]"
    ]


def test_a_member_with_another_half_is_looked_at_again():
    validator = Validator()
    patient: dict[str, Any] = {"resourceType": "Patient", "name": [{"text": "A"}]}
    half = {"extension": [{"url": "http://example.org/x", "valueBoolean": True}]}
    given: dict[str, Any] = {"instantiatesUri": [None], "_instantiatesUri": [half]}
    request = {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": {"display": "A"}}
    assert not _errors(validator, patient)
    assert not _errors(validator, request | given)
    assert _errors(validator, request | {"instantiatesUri": [None]})


@pytest.mark.parametrize(("given", "other"), [("1", "1.0"), ("1", "true"), ("1.0", "1"), ("true", "1"), ('"1"', "1")])
def test_what_is_equal_to_python_is_not_taken_for_the_same(given: str, other: str, cold: Validator):
    warm = Validator()
    text = '{{"resourceType":"Basic","code":{{"text":"x"}},"extension":[{{"url":"http://example.org/x","valueInteger":{}}}]}}'
    _errors(warm, decode(text.format(given)))
    assert _errors(warm, decode(text.format(other))) == _errors(cold, decode(text.format(other)))


def test_the_same_member_is_judged_by_the_type_it_is_in():
    validator = Validator()
    encounter = {"reference": "Encounter/1"}
    assert not _errors(validator, _observation(encounter=encounter))
    coverage = {"resourceType": "Coverage", "status": "active", "beneficiary": encounter, "payor": [{"display": "A"}]}
    assert _errors(validator, coverage)


def test_what_others_answer_about_codes_is_asked_for_again():
    class Codes:
        answer = True

        def member(self, value_set: str, system: str | None, code: str, display: str | None = None) -> bool | None:
            return self.answer

    codes = Codes()
    validator = Validator(codes=codes)
    kind = {"coding": [{"system": "http://loinc.org", "code": "LA9658-1"}]}
    variants = [{"variantType": kind}]
    sequence = {"resourceType": "MolecularSequence", "coordinateSystem": 0, "structureVariant": variants}
    assert not _errors(validator, sequence)
    codes.answer = False
    assert [issue.code for issue in _errors(validator, sequence)] == ["code-invalid"]


def test_the_members_at_hand_are_taken_and_left_as_they_are():
    validator, resource = Validator(), _observation(category=[{"text": "x"}])
    members = members_of(resource)
    before = dict(members)
    for _ in range(2):
        assert validator.issues(resource, with_warnings=False, members=members) == []
    assert members == before
    assert encode(resource) == encode(_observation(category=[{"text": "x"}]))


def _errors(validator: Validator, resource: dict[str, Any]) -> list[Issue]:
    return validator.issues(resource, with_warnings=False)


def _observation(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueString": "y", **more}


def _examples() -> list[dict[str, Any]]:
    """Some of each type of a small clinic."""
    by_type: dict[str, list[dict[str, Any]]] = {}
    for batch in generate(1, 3, today=date(2026, 3, 2)):
        for resource in batch:
            by_type.setdefault(resource["resourceType"], []).append(decode(encode(resource)))
    chance = random.Random(3)
    return [each for found in by_type.values() for each in chance.sample(found, min(12, len(found)))]


def _member(resource: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    name = chance.choice([each for each in resource if each != "resourceType"])
    return {name: deepcopy(resource[name])}


def _changed(resource: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """One thing somewhere inside is another, or is away."""
    changed = deepcopy(resource)
    here: Any = changed
    while True:
        key = chance.choice([each for each in here if each != "resourceType"] if isinstance(here, dict) else range(len(here)))  # fmt: skip
        if not (isinstance(here[key], dict | list) and here[key] and chance.random() < 0.8):
            break
        here = here[key]
    if chance.random() < 0.3:
        del here[key]
    else:
        here[key] = deepcopy(chance.choice(LEAVES))
    return changed
