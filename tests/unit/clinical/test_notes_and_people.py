"""Notes, patients, visits and events: FHIR to what is shown and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from osler.access.actors import Actor
from osler.clinical.events.fhir import event_of
from osler.clinical.notes import fhir as notes
from osler.clinical.notes.rules import LONGEST, checked_text, may_edit
from osler.clinical.patients.fhir import patient_of
from osler.clinical.staff.queries import called
from osler.clinical.visits.fhir import visit_of
from osler.core.errors import Invalid
from osler.fhir import json
from osler.fhir.structure import faults
from osler.store.stored import Stored

NOW = datetime(2026, 3, 2, 9, 12, tzinfo=UTC)
OKAFOR = Actor("a1", "user", "Dr Adaeze Okafor", ("physician",), practitioner="okafor")
BY = {
    "reference": "Practitioner/okafor",
    "identifier": {"system": "urn:osler:account", "value": "a1"},
    "display": "Dr Adaeze Okafor",
}


def stored(resource: dict, id_: str = "x1") -> Stored:
    return Stored(resource["resourceType"], id_, 3, NOW, json.encode({**resource, "id": id_}))


def document(**more: object) -> dict:
    return notes.document_for(
        title="Progress note", text="Well.\n\nReturn in May.", patient="p", author=BY, now=NOW, **more
    )  # type: ignore[arg-type]


def test_a_draft_is_preliminary_and_a_signed_note_final_with_its_authenticator() -> None:
    draft = document()
    assert faults(draft) == []
    note = notes.note_of(stored(draft))
    assert (note.status, note.text, note.title, note.account) == (
        "draft",
        "Well.\n\nReturn in May.",
        "Progress note",
        "a1",
    )
    signed = notes.signed(notes.rewritten(draft, text="Changed.", title="Nursing note"), author=BY, now=NOW)
    assert faults(signed) == []
    read = notes.note_of(stored(signed))
    assert (read.status, read.text, read.title) == ("signed", "Changed.", "Nursing note")
    assert signed["authenticator"] == BY
    assert signed["docStatus"] == "final"


def test_an_addendum_appends_and_is_final() -> None:
    addendum = document(appends="n1", signed=True)
    assert faults(addendum) == []
    assert notes.note_of(stored(addendum)).appends == "n1"


def test_a_withdrawn_note_says_so() -> None:
    assert notes.note_of(stored(notes.entered_in_error(document()))).status == "entered-in-error"


def test_a_document_that_is_not_plain_text_is_only_named() -> None:
    scan = document()
    scan["content"] = [{"attachment": {"contentType": "application/pdf", "data": "JVBERg=="}}]
    assert notes.note_of(stored(scan)).text is None
    scan["content"] = [{"attachment": {"contentType": "text/plain", "data": "/w=="}}]
    assert notes.note_of(stored(scan)).text is None


def test_a_draft_belongs_to_its_author() -> None:
    note = notes.note_of(stored(document()))
    assert may_edit(note, OKAFOR)
    assert not may_edit(note, Actor("a2", "user", "Other", practitioner="okafor"))
    by_practitioner = document()
    by_practitioner["author"] = [{"reference": "Practitioner/okafor"}]
    assert may_edit(notes.note_of(stored(by_practitioner)), OKAFOR)
    assert not may_edit(notes.note_of(stored(by_practitioner)), Actor("a1", "user", "No practitioner"))


def test_an_empty_note_is_kept_but_not_signed_and_a_huge_one_neither() -> None:
    assert checked_text("a\r\nb", signing=True) == "a\nb"
    assert checked_text("", signing=False) == ""
    with pytest.raises(Invalid, match="Write the note"):
        checked_text("  \n", signing=True)
    with pytest.raises(Invalid, match="at most"):
        checked_text("x" * (LONGEST + 1), signing=False)


def test_a_patient_reads_as_who_they_are() -> None:
    person = patient_of(stored({
        "resourceType": "Patient", "gender": "female", "birthDate": "1964-03-14",
        "name": [{"use": "maiden", "family": "Old"}, {"use": "official", "family": "Delgado", "given": ["Maria", "Elena"]},
                 {"use": "nickname", "given": ["Mena"]}],
        "identifier": [{"value": "other"}, {"type": {"coding": [{"code": "MR"}]}, "value": "48201193"}],
        "telecom": [{"system": "phone", "value": "1"}, {"system": "phone", "use": "old", "value": "2"}],
        "communication": [{"language": {"text": "English"}}, {"language": {"text": "Spanish"}, "preferred": True}],
        "address": [{"line": ["1 Main"], "city": "Lakeside", "state": "NY"}], "meta": {"security": [{"code": "R"}]},
    }))  # fmt: skip
    assert (person.family, person.given, person.preferred_name) == ("Delgado", "Maria Elena", "Mena")
    assert (person.sex, person.mrn, person.phones, person.language) == ("Female", "48201193", ("1",), "Spanish")
    assert (person.address, person.restricted) == (("1 Main", "Lakeside NY"), True)


def test_what_is_missing_of_a_patient_is_empty() -> None:
    person = patient_of(stored({"resourceType": "Patient", "name": [{"text": "Madonna"}], "deceasedBoolean": True}))
    assert (person.family, person.given, person.born, person.mrn, person.deceased) == ("Madonna", "", "", "", True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"family": "Okafor", "given": ["Adaeze"], "prefix": ["Dr"], "suffix": ["MD"]}, "Dr Adaeze Okafor"),
        ({"family": "Park", "given": ["Jiho"], "suffix": ["MA"]}, "Jiho Park, MA"),
        ({"text": "The lab"}, "The lab"),
    ],
)
def test_staff_are_called_by_title_or_degree(name: dict, expected: str) -> None:
    assert called({"name": [name]}) == expected


def test_a_visit_names_its_clinician_and_place() -> None:
    visit = visit_of(stored({
        "resourceType": "Encounter", "status": "in-progress", "class": {"code": "AMB"}, "period": {"start": "2026-03-02T09:20:00Z"},
        "participant": [{"individual": {"display": "Nurse"}},
                        {"type": [{"coding": [{"code": "PPRF"}]}], "individual": {"display": "Dr Adaeze Okafor"}}],
        "location": [{"location": {"display": "Room 4"}}],
    }))  # fmt: skip
    assert (visit.kind, visit.clinician, visit.place, visit.open) == ("Visit", "Dr Adaeze Okafor", "Room 4", True)


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Procedure", "status": "not-done", "code": {"text": "x"}, "performedDateTime": "2026"},
        {"resourceType": "Procedure", "status": "completed", "code": {"text": "x"}},
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "docStatus": "preliminary",
            "date": "2026-01-01T00:00:00Z",
        },
        {"resourceType": "Basic"},
    ],
)
def test_what_did_not_happen_is_no_event(resource: dict) -> None:
    assert event_of(stored(resource)) is None
