"""Writing notes. Each runs inside the one transaction of its request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from osler.access.authorship import person
from osler.access.records import Records, Resource
from osler.clinical.notes import fhir
from osler.clinical.notes.rules import checked_text, may_edit
from osler.core.errors import Conflict, Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class _Author:
    account: str
    practitioner: str


async def begin_draft(
    records: Records, *, patient: str, title: str, text: str, encounter: str = "", now: datetime
) -> Resource:
    """A draft of the actor's, kept on the server from the first words on."""
    text = checked_text(text, signing=False)
    author = person(records.actor)
    return await records.create(
        fhir.document_for(title=title, text=text, patient=patient, author=author, now=now, encounter=encounter)
    )


async def save_draft(
    records: Records, *, patient: str, id: str, title: str, text: str, if_match: int | None
) -> Resource:
    """Raises VersionConflict when it was saved elsewhere meanwhile, Conflict when it is no draft any more."""
    text = checked_text(text, signing=False)

    def change(document: dict[str, Any]) -> dict[str, Any]:
        _require_own_draft(records, document, patient)
        return fhir.rewritten(document, text=text, title=title)

    return await records.patch("DocumentReference", id, change, if_match=if_match)


async def sign_note(
    records: Records, *, patient: str, id: str, title: str, text: str, if_match: int | None, now: datetime
) -> Resource:
    """The text as it is now becomes final; nobody changes it afterwards."""
    text = checked_text(text, signing=True)

    def change(document: dict[str, Any]) -> dict[str, Any]:
        _require_own_draft(records, document, patient)
        return fhir.signed(fhir.rewritten(document, text=text, title=title), author=person(records.actor), now=now)

    return await records.patch("DocumentReference", id, change, if_match=if_match)


async def add_addendum(records: Records, *, patient: str, id: str, text: str, now: datetime) -> Resource:
    """A signed addition to a signed note."""
    text = checked_text(text, signing=True)
    note = fhir.note_of(await _read(records, patient, id))
    if note.status != "signed" or note.appends:
        raise Conflict("Only a signed note takes an addendum.")
    return await records.create(
        fhir.document_for(
            title=note.title, text=text, patient=patient, author=person(records.actor), now=now,
            encounter=note.encounter, appends=id, signed=True,
        )
    )  # fmt: skip


async def withdraw_note(records: Records, *, patient: str, id: str, if_match: int | None = None) -> Resource:
    """It was entered in error: a signed note by anyone who may write, a draft by its author (who discards it)."""

    def change(document: dict[str, Any]) -> dict[str, Any]:
        _require_patient(document, patient)
        if document.get("status") == "entered-in-error":
            raise Conflict("This note was already marked as entered in error.")
        if fhir.is_draft(document):
            _require_own_draft(records, document, patient)
        return fhir.entered_in_error(document)

    return await records.patch("DocumentReference", id, change, if_match=if_match)


async def _read(records: Records, patient: str, id_: str) -> Resource:
    stored = await records.read("DocumentReference", id_)
    _require_patient(stored.json(), patient)
    return stored


def _require_patient(document: dict[str, Any], patient: str) -> None:
    if fhir.patient_of_document(document) != patient:
        raise NotFound("There is no such note in this chart.")


def _require_own_draft(records: Records, document: dict[str, Any], patient: str) -> None:
    _require_patient(document, patient)
    if not fhir.is_draft(document):
        raise Conflict("This note is signed or withdrawn; add an addendum instead.")
    if not may_edit(_Author(*fhir.author_of(document)), records.actor):
        raise Forbidden("A draft is changed and signed by its author.")
