"""The path language of search parameters."""

import pytest

from osler.fhir.definitions import definitions
from osler.fhir.search.expressions import COMPUTED_DECEASED, Get, WhereEquals, WhereRefersTo, paths_of
from osler.fhir.search.extract.plan import plan_of


def test_every_parameter_of_r4_and_us_core_is_understood():
    for type_ in definitions().resource_types:
        for param in definitions().search_params(type_).values():
            if param.expression and param.expression != COMPUTED_DECEASED:
                for path in paths_of(param.expression, type_):
                    for _, relative in param.components:
                        assert paths_of(relative, path.structure), (type_, param.code)


def test_every_resource_type_has_a_plan():
    assert all(plan_of(type_) for type_ in definitions().resource_types)


def test_a_choice_is_one_path_per_type():
    paths = paths_of("Observation.effective", "Observation")
    assert {(path.steps[0], path.datatype) for path in paths} == {
        (Get("effectiveDateTime"), "dateTime"),
        (Get("effectivePeriod"), "Period"),
        (Get("effectiveTiming"), "Timing"),
        (Get("effectiveInstant"), "instant"),
    }


def test_a_cast_keeps_one_type_of_a_choice():
    (path,) = paths_of("Observation.value.as(Quantity)", "Observation")
    assert (path.steps, path.datatype) == ((Get("valueQuantity"),), "Quantity")


def test_paths_go_on_after_a_cast():
    (path,) = paths_of("Observation.value.as(CodeableConcept).text", "Observation")
    assert path.steps == (Get("valueCodeableConcept"), Get("text"))


def test_conditions_and_indexes_are_steps():
    (patient,) = paths_of("Observation.subject.where(resolve() is Patient)", "Observation")
    assert patient.steps == (Get("subject"), WhereRefersTo("Patient"))
    (email,) = paths_of("Patient.telecom.where(system='email')", "Patient")
    assert email.steps == (Get("telecom"), WhereEquals("system", "email"))
    (first,) = paths_of("Bundle.entry[0].resource", "Bundle")
    assert first.steps == (Get("entry", 0), Get("resource"))


def test_a_component_may_start_at_the_resource():
    (path,) = paths_of("%resource.referenceSeq.chromosome", "MolecularSequence.variant")
    assert path.from_resource
    assert path.datatype == "CodeableConcept"


@pytest.mark.parametrize(
    "expression", ["Patient.nothing", "Patient.name.given()", "Patient.as(Patient)", "Patient.name.where(use)"]
)
def test_anything_else_is_refused_when_it_is_compiled(expression: str):
    with pytest.raises(ValueError, match=r"."):
        paths_of(expression, "Patient")
