"""For each invariant of US Core 6.1.0, a way to break it, starting from a valid instance of what it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Break = Callable[[dict[str, Any]], None]

NEVER_FAILS = {
    "us-core-3": "it is on value[x] and begins with `value`, which a Quantity's value has nothing below",
    "us-core-4": "it is on value[x] and begins with `value`, as us-core-3",
}
"""As published in 6.1.0; 7.0.0 repaired them."""


def _without(*stems: str) -> Break:
    def change(value: dict[str, Any]) -> None:
        for key in [key for key in value if key.lstrip("_").startswith(stems)]:
            del value[key]

    return change


def _with(**values: Any) -> Break:
    return lambda value: value.update(values)


def _each(*changes: Break) -> Break:
    def change(value: dict[str, Any]) -> None:
        for each in changes:
            each(value)

    return change


XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
TERMS = "http://terminology.hl7.org/CodeSystem"


def _only(**values: Any) -> Break:
    def change(value: dict[str, Any]) -> None:
        value.clear()
        value.update(values)

    return change


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{TERMS}/{system}", "code": code}]}


def _same_code_inside(value: dict[str, Any]) -> None:
    _without("value", "dataAbsentReason")(value)
    value.update(valueString="x", component=[{"code": value["code"], "valueString": "x"}])


def _contained(**values: Any) -> Break:
    return _with(contained=[{"resourceType": "Patient", "id": "p", **values}])


BREAKS: dict[str, Break] = {
    "vs-1": _each(_without("effective"), _with(effectiveDateTime="2020")),
    "vs-2": _without("value", "component", "hasMember", "dataAbsentReason"),
    "vs-3": _without("value", "dataAbsentReason"),
    "us-core-1": _each(_without("effective"), _with(effectiveDateTime="2020")),
    "us-core-2": _without("value", "component", "hasMember", "dataAbsentReason"),
    "us-core-5": _with(vaccineCode={"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "1"}]}),
    "us-core-6": _without("family", "given", "url", "data"),
    "us-core-7": _each(_with(status="completed"), _without("performed")),
    "us-core-8": _each(_with(status="final"), _without("effective")),
    "us-core-9": _each(_with(status="final"), _without("issued")),
    "us-core-10": _each(_with(status="final"), _without("effective")),
    "us-core-13": _without("practitioner", "organization", "healthcareService", "location"),
    "us-core-14": _without("name", "relationship"),
    "us-core-15": _each(_without("identifier", "subscriberId"), _with(identifier=[{"value": "1"}])),
    "us-core-16": _with(value="12345"),
    "us-core-17": _with(value="1234567890"),
    "us-core-18": _with(value="1"),
    "us-core-19": _with(value="1"),
    "us-core-20": _each(_with(status="completed"), _without("whenHandedOver")),
    "us-core-21": _each(_with(intent="order"), _without("requester")),
    "pd-1": _without("telecom", "endpoint"),
    "provenance-1": _each(_without("onBehalfOf"), _with(who={"reference": "Practitioner/1"})),
    "sdcqr-1": _without("subject"),
    "sdcqr-2": _with(item=[{"linkId": "1", "answer": [{"valueBoolean": True}]}] * 2),
    "dom-2": _contained(contained=[{"resourceType": "Patient", "id": "q"}]),
    "dom-3": _contained(),
    "dom-4": _contained(meta={"versionId": "1"}),
    "dom-5": _contained(meta={"security": [{"code": "R"}]}),
    "dom-6": _without("text"),
    "ext-1": _without("value", "extension"),
    "ele-1": _only(id="x"),
    "obs-3": _only(appliesTo=[{"text": "x"}]),
    "obs-6": _each(_without("value"), _with(valueString="x", dataAbsentReason={"text": "x"})),
    "obs-7": _same_code_inside,
    "pat-1": _only(gender="male"),
    "ait-1": _without("clinicalStatus", "verificationStatus"),
    "ait-2": _with(
        verificationStatus=_coded("allergyintolerance-verification", "entered-in-error"),
        clinicalStatus=_coded("allergyintolerance-clinical", "active"),
    ),
    "con-1": _only(type={"text": "x"}),
    "con-2": _only(extension=[{"url": "http://example.org/x", "valueString": "x"}]),
    "con-3": _each(
        _without("clinicalStatus", "verificationStatus", "abatement"),
        _with(category=[_coded("condition-category", "problem-list-item")]),
    ),
    "con-4": _each(_without("clinicalStatus", "abatement"), _with(abatementString="x")),
    "con-5": _with(
        verificationStatus=_coded("condition-ver-status", "entered-in-error"),
        clinicalStatus=_coded("condition-clinical", "active"),
    ),
    "cpl-3": _with(detail={"status": "scheduled"}, reference={"reference": "Task/1"}),
    "ctm-1": _with(onBehalfOf={"reference": "Organization/1"}, member={"reference": "#"}),
    "imm-1": _only(publicationDate="2024"),
    "mdd-1": _with(whenPrepared="2024-01-02T00:00:00Z", whenHandedOver="2024-01-01T00:00:00Z"),
    "org-1": _without("identifier", "name"),
    "org-2": _with(use="home"),
    "org-3": _with(use="home"),
    "gol-1": _each(_without("measure"), _with(detailString="x")),
    "prr-1": _each(_without("code"), _with(orderDetail=[{"text": "x"}])),
    "qrs-1": _with(answer=[{"valueBoolean": True}], item=[{"linkId": "x"}]),
    "txt-1": _with(value=f"<div {XHTML}>x<script>x</script></div>"),
    "txt-2": _with(value=f"<div {XHTML}> </div>"),
}
