"""Which files of a load come first, so that little of it has to wait for what it refers to."""

from __future__ import annotations

from pathlib import PurePath

from osler.operations.migration.sources import Source

_FIRST = (
    "Organization", "Location", "Endpoint", "Practitioner", "PractitionerRole", "HealthcareService", "Patient",
    "RelatedPerson", "Person", "Group", "Medication", "Substance", "Device", "Coverage", "CareTeam", "EpisodeOfCare",
    "Schedule", "Slot", "Questionnaire", "Appointment", "Encounter", "Condition", "AllergyIntolerance", "Goal", "CarePlan",
    "ServiceRequest", "Specimen", "Media", "Observation", "DiagnosticReport", "MedicationRequest",
)  # fmt: skip
_LAST = ("Claim", "ClaimResponse", "ExplanationOfBenefit", "Task", "Communication", "Provenance", "AuditEvent", "List")
_PLACES = {type_: place for place, type_ in enumerate(_FIRST)} | {
    type_: len(_FIRST) + 1 + place for place, type_ in enumerate(_LAST)
}


def in_order(sources: list[Source]) -> list[Source]:
    """The sources, those named after a resource type (`Patient.ndjson`, `Patient.000.ndjson.gz`) by what other types refer
    to; all others keep their order, between them."""
    return sorted(sources, key=lambda source: _PLACES.get(type_named(source), len(_FIRST)))


def type_named(source: Source) -> str:
    """What stands before the first dot of the file's name."""
    return PurePath(source.member or source.path.name).name.partition(".")[0]
