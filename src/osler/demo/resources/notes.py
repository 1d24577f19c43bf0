"""Visit notes and messages."""

from __future__ import annotations

from base64 import b64encode

from osler.demo.clinic import CLINICIANS
from osler.demo.codes.systems import HL7, LOINC, US_CORE_CODES, coding, concept, reference
from osler.demo.record import Record

Label = tuple[str, str, str]


def add_note(
    record: Record, text: str, *, at: str, by: str, encounter: str, start: str = "", signed: bool = True,
    kind: tuple[str, str, str] = ("11506-3", "Progress note", "Progress note"), custodian: str = "",
    labels: tuple[Label, ...] = (),
) -> dict:  # fmt: skip
    """A plain-text note (with its Provenance once signed). An unsigned one is preliminary: a draft.

    `labels` are further security labels of this note alone: system, code, display.
    """
    found = {
        "resourceType": "DocumentReference",
        "id": record.new_id(),
        "meta": record.meta("documentreference"),
        "status": "current",
        "docStatus": "final" if signed else "preliminary",
        "type": concept(LOINC, *kind),
        "category": [
            {"coding": [coding(US_CORE_CODES + "us-core-documentreference-category", "clinical-note", "Clinical Note")]}
        ],
        "subject": record.subject,
        "date": at,
        "author": [reference(f"Practitioner/{by}", CLINICIANS[by].display)],
        "custodian": reference(f"Organization/{custodian or record.person.site}"),
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": _encoded(text), "title": kind[2]}}],
        "context": {"encounter": [reference(f"Encounter/{encounter}")], "period": {"start": start or at, "end": at}},
    }  # fmt: skip
    if labels:
        found["meta"].setdefault("security", []).extend({"system": s, "code": c, "display": d} for s, c, d in labels)
    record.add(found)
    if signed:
        _add_provenance(record, found, at, by, custodian)
    return found


def add_message(record: Record, text: str, *, at: str, to: str) -> dict:
    """A message the patient sent from the portal."""
    return record.add(
        {
            "resourceType": "Communication",
            "id": record.new_id(),
            "meta": record.meta(),
            "status": "completed",
            "category": [{"coding": [coding(HL7 + "communication-category", "notification", "Notification")], "text": "Portal message"}],
            "medium": [{"coding": [coding(HL7 + "v3-ParticipationMode", "ELECTRONIC", "electronic data")]}],
            "subject": record.subject,
            "sent": at,
            "received": at,
            "recipient": [reference(f"Practitioner/{to}", CLINICIANS[to].display)],
            "sender": record.subject,
            "payload": [{"contentString": text}],
        }
    )  # fmt: skip


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def _add_provenance(record: Record, note: dict, at: str, by: str, organization: str) -> None:
    owner = reference(f"Organization/{organization or record.person.site}")
    meta = record.meta("provenance")
    if "security" in note["meta"]:
        meta["security"] = [dict(label) for label in note["meta"]["security"]]
    record.add(
        {
            "resourceType": "Provenance",
            "id": record.new_id(),
            "meta": meta,
            "target": [reference(f"DocumentReference/{note['id']}")],
            "recorded": at,
            "agent": [
                {
                    "type": {"coding": [coding(HL7 + "provenance-participant-type", "author", "Author")]},
                    "who": reference(f"Practitioner/{by}"),
                    "onBehalfOf": owner,
                }
            ],
        }
    )
