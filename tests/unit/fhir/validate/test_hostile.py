"""Definitions and resources made to do harm get a clear error, soon, and leave what was loaded as it was."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Invalid
from osler.fhir.definitions.profiles import Profiles, builtin_profiles
from osler.fhir.definitions.profiles.ids import MOST_SEGMENTS
from osler.fhir.definitions.profiles.reading import MOST_ELEMENTS
from osler.fhir.validate import Validator
from osler.fhir.validate.run import MOST_ISSUES
from tests.unit.fhir.validate.guide import OURS, element, errors, extension, profile, slicing, validator_of


def _refusal(*definitions: dict[str, Any]) -> str:
    with pytest.raises(Invalid) as refused:
        builtin_profiles().with_package(definitions, "org.example.guide", "1.0.0")
    return refused.value.message


def test_a_profile_built_on_itself_is_refused() -> None:
    assert "built on itself" in _refusal(profile("a", "Patient", parent="b"), profile("b", "Patient", parent="a"))
    assert "built on itself" in _refusal(profile("a", "Patient", parent="a"))


def test_a_long_line_of_parents_is_refused() -> None:
    line = [profile(f"p{number}", "Patient", parent=f"p{number + 1}") for number in range(40)]
    assert "too many others" in _refusal(*line, profile("p40", "Patient"))


def test_a_profile_on_what_is_not_loaded_says_what_to_load() -> None:
    assert f"{OURS}b, which is not loaded" in _refusal(profile("a", "Patient", parent="b"))


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ([element("Patient.name", min=3, max="2")], "At least 3 and at most 2"),
        ([element("Patient.nickname", min=1)], "no such element"),
        ([element("Patient.gender", fixedCode="male", patternCode="male")], "fixed value and a pattern"),
        ([element("Patient.birthDate", type=[{"code": "Quantity"}])], "cannot have this type"),
        ([element("Patient.name", slicing=slicing(("guess", "use")))], "discriminator is one of"),
        ([element("Patient.name", slicing={"rules": "sometimes"})], "open, closed or openAtEnd"),
        ([element("Patient.name", max="1"), element("Patient.name:a", min=1), element("Patient.name:b", min=1)], "slices need more"),
        ([element("Patient.name:" + str(number)) for number in range(1001)], "more than 1000 slices"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(elements: list[Any], reason: str) -> None:
    assert reason in _refusal(profile("a", "Patient", *elements))


def test_a_parent_and_its_child_that_contradict_are_refused() -> None:
    parent = profile("parent", "Patient", element("Patient.name", max="1"))
    assert "At least 2 and at most 1" in _refusal(
        parent, profile("child", "Patient", element("Patient.name", min=2), parent="parent")
    )


def test_a_profile_on_a_parent_of_another_type_is_refused() -> None:
    assert "its parent of type Patient" in _refusal(profile("a", "Patient"), profile("b", "Observation", parent="a"))


@pytest.mark.parametrize(
    "definition",
    [
        profile("a", "Patient", element("Patient" + ".contact" * (MOST_SEGMENTS + 2))),
        profile("a", "Patient", *[element("Patient.name")] * (MOST_ELEMENTS + 1)),
        profile("a", "Patient", {"id": 3}),
        profile("a", "Patient", {"id": 3, "path": "Patient"}),
        profile("a", "Patient", {"id": "Patient.name", "path": ["Patient"]}),
        profile("a", "Patient", element("Patient.name", min="many")),
        profile("a", "Patient", element("Patient.name", type="HumanName")),
        profile("a", "Patient", element("Patient.name", constraint=[{}])),
        profile("a", "Patient", differential={"element": "none"}),
    ],
)
def test_malformed_definitions_are_refused(definition: dict[str, Any]) -> None:
    assert (
        definition["url"] in _refusal(definition)
        or "level" in _refusal(definition)
        or "needs a" in _refusal(definition)
    )


def test_too_many_definitions_are_refused() -> None:
    with pytest.raises(Invalid, match="5000 definitions"):
        builtin_profiles().with_package([{}] * 5_001, "org.example.guide", "1.0.0")


def test_a_snapshot_that_speaks_of_unknown_elements_is_refused() -> None:
    whole = profile("a", "Patient", element("Patient.contact.shoe.size", min=1))
    assert "no such element" in _refusal(whole | {"snapshot": whole["differential"]})


def test_a_profile_of_very_many_elements_is_read_once() -> None:
    """Would take minutes if each element were held against every other."""
    slices = [element(f"Patient.identifier:s{number}.system", fixedUri=f"x:{number}") for number in range(900)]
    others = [{"path": "Patient.name.given", "max": "3"}] * 9_000
    guide = profile(
        "a", "Patient", element("Patient.identifier", slicing=slicing(("value", "system"))), *slices, *others
    )
    loaded = builtin_profiles().with_package([guide, profile("b", "Patient", parent="a")], "org.example.guide", "1.0.0")
    assert loaded.find(f"{OURS}b")


def test_nothing_changes_when_a_package_is_refused() -> None:
    before = builtin_profiles()
    loaded = before.with_package([profile("a", "Patient")], "org.example.guide", "1.0.0")
    with pytest.raises(Invalid):
        loaded.with_package([profile("a", "Patient", parent="a")], "org.example.guide", "1.0.0")
    assert loaded.find(f"{OURS}a")
    assert before.find(f"{OURS}a") is None


def test_a_value_set_that_imports_itself_is_not_listed() -> None:
    url = "http://example.org/vs"
    circle = {"resourceType": "ValueSet", "url": url, "compose": {"include": [{"valueSet": [url]}]}}
    guide = profile("a", "Patient", element("Patient.maritalStatus", binding={"strength": "required", "valueSet": url}))
    validator = validator_of(circle, guide)
    assert "circle" in validator.unchecked_value_sets()[url]
    assert (
        errors(
            validator, {"resourceType": "Patient", "maritalStatus": {"coding": [{"system": "x:y", "code": "z"}]}}, "a"
        )
        == []
    )


def test_extensions_that_are_inside_of_themselves_end_with_the_resource() -> None:
    nested = extension(
        "nested",
        element("Extension.extension", slicing=slicing(("value", "url"))),
        element("Extension.extension:again", type=[{"code": "Extension", "profile": [f"{OURS}nested"]}]),
    )
    value: dict[str, Any] = {"url": f"{OURS}nested", "valueString": "x"}
    for _ in range(40):
        value = {"url": f"{OURS}nested", "extension": [value]}
    assert errors(validator_of(nested), {"resourceType": "Patient", "extension": [value]}) == []


def test_profiles_that_ask_for_each_other_end() -> None:
    """Each wants its contained resource to fulfill the other, which refers back."""
    target = [{"code": "Reference", "targetProfile": [f"{OURS}b"]}]
    a = profile("a", "Patient", element("Patient.link.other", type=target))
    b = profile("b", "Patient", element("Patient.link.other", type=target), element("Patient.active", min=1))
    link = [{"other": {"reference": "#c"}, "type": "seealso"}]
    contained = {"resourceType": "Patient", "id": "c", "active": True, "link": link}
    assert errors(validator_of(a, b), {"resourceType": "Patient", "contained": [contained], "link": link}, "a") == []
    del contained["active"]
    found = errors(validator_of(a, b), {"resourceType": "Patient", "contained": [contained], "link": link}, "a")
    assert ("Patient.link[0].other", "structure") in found


def test_a_profile_that_asks_for_itself_of_the_same_value_ends() -> None:
    quantity = profile(
        "q", "Quantity", element("Quantity", type=[{"code": "Quantity", "profile": [f"{OURS}q"]}]), kind="complex-type"
    )
    guide = profile(
        "a", "Observation", element("Observation.value[x]", type=[{"code": "Quantity", "profile": [f"{OURS}q"]}])
    )
    resource = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueQuantity": {"value": 1}}
    assert errors(validator_of(quantity, guide), resource, "a") == []


def test_a_slice_that_asks_for_profiles_that_ask_for_each_other_ends() -> None:
    again = [
        profile(name, "Quantity", element("Quantity", type=[{"code": "Quantity", "profile": [f"{OURS}{other}"]}]), kind="complex-type")
        for name, other in (("p", "q"), ("q", "p"))
    ]  # fmt: skip
    guide = profile(
        "a",
        "Observation",
        element("Observation.component", slicing=slicing(("value", "value"))),
        element("Observation.component:x", max="0"),
        element("Observation.component:x.value[x]", type=[{"code": "Quantity", "profile": [f"{OURS}q"]}]),
    )
    resource = {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                "component": [{"code": {"text": "x"}, "valueQuantity": {"value": 1}}]}  # fmt: skip
    assert errors(validator_of(*again, guide), resource, "a") == []


def test_many_slices_of_many_items_are_too_costly() -> None:
    slices = [element(f"Patient.name:s{number}.use", fixedCode="old") for number in range(200)]
    guide = profile("a", "Patient", element("Patient.name", slicing=slicing(("value", "use"))), *slices)
    resource = {"resourceType": "Patient", "name": [{"use": "usual"}] * 10_000}
    assert errors(validator_of(guide), resource, "a") == [("", "too-costly")]


def test_each_resource_of_a_bundle_has_its_own_limit() -> None:
    patient = {"resourceType": "Patient", "name": [{"family": f"F{number}"} for number in range(50)]}
    rule = {"key": "a-1", "severity": "error", "expression": "name.where(family in %resource.name.family).exists()"}
    guide = profile("a", "Patient", element("Patient", constraint=[rule]))
    patient["meta"] = {"profile": [f"{OURS}a"]}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}] * 500}
    assert errors(validator_of(guide), bundle) == []


def test_a_bundle_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osler.fhir.validate.run.MOST_STEPS_IN_ALL", 300_000)
    names = [{"family": f"F{number}"} for number in range(300)]
    rule = {"key": "a-1", "severity": "error", "expression": "name.where(family in %resource.name.family).exists()"}
    guide = profile("a", "Patient", element("Patient", constraint=[rule]))
    patient = {"resourceType": "Patient", "meta": {"profile": [f"{OURS}a"]}, "name": names}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}] * 20}
    assert errors(validator_of(guide), bundle) == [("", "too-costly")]


@pytest.mark.parametrize("number", [1, 40_000])
def test_large_code_systems_and_questionnaires_are_taken(number: int) -> None:
    codes = [{"code": str(each)} for each in range(number)]
    items = [{"linkId": str(each), "type": "display"} for each in range(number)]
    system = {"resourceType": "CodeSystem", "status": "draft", "content": "complete", "concept": codes}
    assert errors(Validator(), system) == []
    assert errors(Validator(), {"resourceType": "Questionnaire", "status": "draft", "item": items}) == []


def test_many_references_to_many_contained_resources_are_found_at_once() -> None:
    inside = [{"resourceType": "Practitioner", "id": f"o{each}"} for each in range(20_000)]
    links = [{"reference": f"#o{each}"} for each in range(20_000)]
    patient = {"resourceType": "Patient", "contained": inside, "generalPractitioner": links}
    assert errors(Validator(), patient) == []


def test_what_is_nested_without_end_is_too_costly() -> None:
    value: dict[str, Any] = {"url": "x:y", "valueString": "x"}
    for _ in range(3_000):
        value = {"url": "x:y", "extension": [value]}
    assert errors(Validator(), {"resourceType": "Patient", "extension": [value]}) == [("", "too-costly")]


def test_only_so_many_issues_are_told() -> None:
    resource = {"resourceType": "Patient", "contact": [{"gender": "neither"}] * 100_000}
    assert len(Validator().issues(resource)) == MOST_ISSUES


def test_enormous_arrays_are_read_once() -> None:
    names = [{"family": "Doe", "use": "official"}] * 50_000
    guide = profile(
        "a",
        "Patient",
        element("Patient.name", slicing=slicing(("value", "use"))),
        element("Patient.name:x.use", fixedCode="old"),
    )
    assert errors(validator_of(guide), {"resourceType": "Patient", "name": names}, "a") == []


def test_invariants_may_take_only_so_much_work() -> None:
    """Comparing every one of many with every other."""
    rule = {"key": "a-1", "severity": "error", "expression": "name.where(family in %resource.name.family).count() > 0"}
    guide = profile("a", "Patient", element("Patient", constraint=[rule]))
    names = [{"family": f"F{number}"} for number in range(20_000)]
    found = Validator(validator_of(guide).profiles).issues({"resourceType": "Patient", "name": names}, [f"{OURS}a"])
    assert [issue.code for issue in found if issue.severity == "error"] == ["too-costly"]


@pytest.mark.parametrize("expression", ["name.", "name.nothing(", "(" * 5_000, "a" * 100_000])
def test_an_invariant_that_is_no_fhirpath_is_told_of(expression: str) -> None:
    rule = {"key": "a-1", "severity": "error", "expression": expression}
    validator = validator_of(profile("a", "Patient", element("Patient", constraint=[rule])))
    found = validator.issues({"resourceType": "Patient", "active": True}, [f"{OURS}a"])
    assert [(issue.code, issue.severity, issue.rule) for issue in found if issue.rule == "a-1"] == [
        ("processing", "warning", "a-1")
    ]


def test_replacing_a_package_keeps_one_of_its_name() -> None:
    loaded = builtin_profiles().with_package([profile("a", "Patient")], "org.example.guide", "1.0.0")
    again = loaded.with_package([profile("b", "Patient")], "org.example.guide", "1.0.0")
    assert isinstance(again, Profiles)
    assert again.find(f"{OURS}a") is None
    assert again.find(f"{OURS}b|1.0.0")
    assert again.find(f"{OURS}b|2") is None
