"""Notes of a patient: the list, one with what was added to it, and a person's draft."""

from __future__ import annotations

from dataclasses import dataclass

from osler.access.actors import Actor
from osler.access.ask import ask, ask_page
from osler.access.records import Records
from osler.clinical.notes.fhir import Note, note_of, patient_of_document
from osler.clinical.notes.rules import may_edit
from osler.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class WholeNote:
    """A note with its addenda, oldest first."""

    note: Note
    addenda: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class NotePage:
    """A page of the list without addenda, newest first. `amended`: ids that have addenda. `next` empty at the end."""

    notes: tuple[Note, ...]
    amended: frozenset[str]
    next: str = ""


async def list_notes(records: Records, patient: str, *, limit: int = 12, cursor: str = "") -> NotePage:
    more = {"_cursor": cursor} if cursor else {}
    page = await ask_page(
        records, "DocumentReference", patient=f"Patient/{patient}", _sort="-date", _count=str(limit), **more
    )
    found = [note_of(each) for each in page.matches]
    amended = frozenset(each.appends for each in found if each.appends and each.status == "signed")
    return NotePage(tuple(each for each in found if not each.appends), amended, page.next or "")


async def get_note(records: Records, patient: str, id_: str) -> WholeNote:
    """Raises NotFound when it is not this patient's."""
    stored = await records.read("DocumentReference", id_)
    if patient_of_document(stored.json()) != patient:
        raise NotFound("There is no such note in this chart.")
    added = await ask(
        records, "DocumentReference", patient=f"Patient/{patient}", relatesto=stored.reference, _count="50"
    )
    addenda = sorted((note_of(each) for each in added), key=lambda each: each.updated)
    return WholeNote(note_of(stored), tuple(each for each in addenda if each.appends == id_))


def find_draft(notes: tuple[Note, ...], actor: Actor) -> Note | None:
    """The latest draft of this person among some notes."""
    return next((each for each in notes if each.status == "draft" and not each.appends and may_edit(each, actor)), None)
