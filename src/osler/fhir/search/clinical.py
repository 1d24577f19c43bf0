"""The one date that a resource's timeline sorts by."""

from __future__ import annotations

_PARAMS: dict[str, tuple[str, ...]] = {
    "AdverseEvent": ("date",),
    "AllergyIntolerance": ("date",),
    "Appointment": ("date",),
    "AuditEvent": ("date",),
    "Basic": ("created",),
    "CarePlan": ("date",),
    "CareTeam": ("date",),
    "ChargeItem": ("occurrence",),
    "Claim": ("created",),
    "ClaimResponse": ("created",),
    "ClinicalImpression": ("date",),
    "Communication": ("sent",),
    "CommunicationRequest": ("authored",),
    "Composition": ("date",),
    "Condition": ("onset-date", "recorded-date"),
    "Consent": ("date",),
    "DetectedIssue": ("identified",),
    "DeviceRequest": ("authored-on",),
    "DiagnosticReport": ("date",),
    "DocumentManifest": ("created",),
    "DocumentReference": ("date",),
    "Encounter": ("date",),
    "EpisodeOfCare": ("date",),
    "ExplanationOfBenefit": ("created",),
    "FamilyMemberHistory": ("date",),
    "Flag": ("date",),
    "Goal": ("start-date",),
    "ImagingStudy": ("started",),
    "Immunization": ("date",),
    "ImmunizationEvaluation": ("date",),
    "ImmunizationRecommendation": ("date",),
    "Invoice": ("date",),
    "List": ("date",),
    "MeasureReport": ("date",),
    "Media": ("created",),
    "MedicationAdministration": ("effective-time",),
    "MedicationDispense": ("whenhandedover", "whenprepared"),
    "MedicationRequest": ("authoredon",),
    "MedicationStatement": ("effective",),
    "NutritionOrder": ("datetime",),
    "Observation": ("date",),
    "Patient": ("birthdate",),
    "PaymentNotice": ("created",),
    "PaymentReconciliation": ("created",),
    "Person": ("birthdate",),
    "Procedure": ("date",),
    "Provenance": ("recorded",),
    "QuestionnaireResponse": ("authored",),
    "RelatedPerson": ("birthdate",),
    "ResearchSubject": ("date",),
    "RiskAssessment": ("date",),
    "Schedule": ("date",),
    "ServiceRequest": ("authored",),
    "Slot": ("start",),
    "Specimen": ("collected",),
    "SupplyRequest": ("date",),
    "Task": ("authored-on",),
    "VisionPrescription": ("datewritten",),
}


def clinical_params(type: str) -> tuple[str, ...]:
    """Date parameters that the clinical date comes from, the first that has a span first; empty for other types."""
    return _PARAMS.get(type, ())


def clinical_param(type: str) -> str | None:
    """The date parameter whose only span, if there is one, is the clinical date; None when none is.

    Such a parameter can be answered and sorted by the clinical date alone.
    """
    params = clinical_params(type)
    return params[0] if len(params) == 1 else None
