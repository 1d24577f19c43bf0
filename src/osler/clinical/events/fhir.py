"""What happened to a patient, one line each, from whatever resource says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from osler.access.records import Resource
from osler.fhir.readers import display_of, first_code, notes_of, text_of, when

Json = dict[str, Any]
Kind = Literal["visit", "result", "vaccine", "message", "procedure", "note", "medication", "problem"]


@dataclass(frozen=True, slots=True)
class Event:
    """`at` as FHIR writes it; `about` is the `Type/id` it was read from."""

    about: str
    kind: Kind
    at: str
    text: str
    detail: str = ""
    setting: str = ""
    """Class of a visit: AMB, EMER, IMP …"""


def event_of(stored: Resource) -> Event | None:
    """None for what did not happen, was withdrawn, or has no date."""
    resource = stored.json()
    if resource.get("status") in ("entered-in-error", "cancelled", "planned", "not-done", "preparation", "unknown"):
        return None
    reader = _READERS.get(stored.type)
    event = reader(stored.reference, resource) if reader else None
    return event if event and event.at and event.text else None


def _visit(about: str, encounter: Json) -> Event:
    kind = text_of(next(iter(encounter.get("type") or ()), None)) or "Visit"
    reason = text_of(next(iter(encounter.get("reasonCode") or ()), None))
    setting = (encounter.get("class") or {}).get("code", "")
    where = display_of(encounter.get("serviceProvider"))
    return Event(about, "visit", (encounter.get("period") or {}).get("start", ""),
                 " — ".join(filter(None, (kind, reason))), where if setting in ("EMER", "IMP") else "", setting)  # fmt: skip


def _report(about: str, report: Json) -> Event:
    return Event(about, "result", when(report, "effective") or report.get("issued", ""), text_of(report.get("code")),
                 report.get("conclusion", ""))  # fmt: skip


def _vaccine(about: str, vaccine: Json) -> Event:
    when_ = vaccine.get("occurrenceDateTime") or vaccine.get("occurrenceString", "")
    performer = (next(iter(vaccine.get("performer") or ()), None) or {}).get("actor")
    where = display_of(performer) or display_of(vaccine.get("location"))
    reported = "" if vaccine.get("primarySource", True) else "reported"
    return Event(about, "vaccine", when_ if when_[:4].isdigit() else "", text_of(vaccine.get("vaccineCode")),
                 ", ".join(filter(None, (where, reported))))  # fmt: skip


def _message(about: str, message: Json) -> Event:
    words = next((each["contentString"] for each in message.get("payload") or () if each.get("contentString")), "")
    kind = text_of(next(iter(message.get("category") or ()), None)) or "Message"
    return Event(about, "message", message.get("sent") or message.get("received", ""), kind, words)


def _procedure(about: str, procedure: Json) -> Event:
    return Event(about, "procedure", when(procedure, "performed"), text_of(procedure.get("code")), notes_of(procedure))


def _note(about: str, document: Json) -> Event | None:
    if document.get("docStatus") == "preliminary":
        return None
    author = display_of(next(iter(document.get("author") or ()), None))
    return Event(about, "note", document.get("date", ""), text_of(document.get("type")) or "Document", author)


def _medication(about: str, request: Json) -> Event:
    drug = text_of(request.get("medicationCodeableConcept")) or display_of(request.get("medicationReference"))
    return Event(about, "medication", request.get("authoredOn", ""), drug, request.get("status", ""))


def _problem(about: str, condition: Json) -> Event | None:
    if first_code(condition.get("verificationStatus")) == "entered-in-error":
        return None
    return Event(
        about, "problem", when(condition, "onset") or condition.get("recordedDate", ""), text_of(condition.get("code"))
    )


_READERS = {
    "Encounter": _visit, "DiagnosticReport": _report, "Immunization": _vaccine, "Communication": _message,
    "Procedure": _procedure, "DocumentReference": _note, "MedicationRequest": _medication, "Condition": _problem,
}  # fmt: skip
