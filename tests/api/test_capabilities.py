"""The CapabilityStatement says what is there, and what it says is there."""

from __future__ import annotations

import pytest

from osler.fhir.definitions import definitions
from osler.fhir.structure import faults
from osler.interfaces.api.dispatch import table
from tests.api.conftest import BASE, Api, issue


async def statement(api: Api) -> dict:
    return (await api.http.get(f"{BASE}/metadata")).json()


async def test_it_is_a_valid_statement_of_this_server(api: Api):
    said = await statement(api)
    assert faults(said) == []
    assert (said["fhirVersion"], said["kind"], said["implementation"]["url"]) == ("4.0.1", "instance", BASE)
    assert said["patchFormat"] == ["application/json-patch+json", "application/fhir+json"]
    assert "http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|6.1.0" in said["implementationGuide"]
    assert "2.16.840.1.113762.1.4.1240.3" in said["rest"][0]["documentation"]
    assert {each["type"] for each in said["rest"][0]["resource"]} == definitions().resource_types


async def test_it_names_the_profiles_that_are_checked(api: Api):
    said = {each["type"]: each.get("supportedProfile", []) for each in (await statement(api))["rest"][0]["resource"]}
    assert "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0" in said["Patient"]
    assert len([each for each in said["Observation"] if each.endswith("|6.1.0")]) > 10
    assert said["Basic"] == []


async def test_it_names_every_interaction_of_the_routes_and_no_other(api: Api):
    rest = (await statement(api))["rest"][0]
    said = {each["code"] for each in rest["resource"][0]["interaction"]}
    said |= {each["name"] for kind in (*rest["resource"], rest) for each in kind.get("operation", ())}
    there = {route.name for route in table().routes}
    assert said <= there
    left = there - said - {"metadata", "bundle", "history-system", "search-compartment", "search-system"}
    assert all(name.startswith("conditional-") for name in left)
    assert {each["code"] for each in rest["interaction"]} == {"transaction", "batch", "history-system", "search-system"}


async def test_every_search_parameter_it_names_is_answered(api: Api):
    values = {
        "token": "x",
        "reference": "x",
        "string": "x",
        "date": "2020",
        "number": "1",
        "quantity": "1",
        "uri": "http://x",
    }
    said = {each["type"]: each for each in (await statement(api))["rest"][0]["resource"]}
    for type_ in ("Patient", "Observation", "Encounter", "MedicationRequest"):
        plain = [each for each in said[type_]["searchParam"] if each["type"] in values]
        assert len(plain) > 10
        for param in plain:
            value = "true" if param["name"] in ("active", "deceased") else values[param["type"]]
            answer = await api.get(f"{type_}?{param['name']}={value}&_count=1")
            assert answer.status_code == 200, (param, answer.text)
        for include in said[type_].get("searchInclude", []):
            assert (await api.get(f"{type_}?_id=x&_include={include}")).status_code == 200, include
        for include in said[type_].get("searchRevInclude", [])[:20]:
            assert (await api.get(f"{type_}?_id=x&_revinclude={include}")).status_code == 200, include


async def test_it_leaves_out_what_is_refused(api: Api):
    said = {each["type"]: each for each in (await statement(api))["rest"][0]["resource"]}
    assert "_query" not in {each["name"] for each in said["Patient"]["searchParam"]}
    assert said["Patient"]["operation"][0]["name"] == "everything"
    assert "operation" not in said["Condition"]


async def test_modes(api: Api):
    assert (await api.http.get(f"{BASE}/metadata?mode=normative")).status_code == 200
    terminology = (await api.http.get(f"{BASE}/metadata?mode=terminology")).json()
    assert faults(terminology) == []
    assert terminology["resourceType"] == "TerminologyCapabilities"
    issue(await api.http.get(f"{BASE}/metadata?mode=x"), 400, "invalid", "mode")


@pytest.mark.parametrize("mode", ["", "?mode=terminology"])
async def test_only_where_the_settings_name_the_address_may_others_caches_keep_it(api: Api, monkeypatch, mode: str):
    assert (await api.get(f"metadata{mode}")).headers["cache-control"] == "private, max-age=300"
    context = api.app.state.context
    named = context.settings.model_copy(update={"base_url": "http://osler.test"})
    monkeypatch.setattr(context, "settings", named)
    assert (await api.get(f"metadata{mode}")).headers["cache-control"] == "public, max-age=300"
