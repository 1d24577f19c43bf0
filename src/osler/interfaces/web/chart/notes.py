"""Notes: the list, one to read, the draft that saves itself, signing, addenda."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.responses import JSONResponse, RedirectResponse, Response

from osler.access.audit.entry import Action
from osler.access.authorship import Authorship, list_authorship
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.clinical.notes.fhir import KINDS, note_of
from osler.clinical.notes.queries import get_note, list_notes
from osler.clinical.notes.rules import may_edit
from osler.core.errors import Conflict, Forbidden, Invalid, OslerError, VersionConflict
from osler.core.ids import is_id
from osler.interfaces.web.chart.answers import chart, read_summary, show_form, window_of
from osler.interfaces.web.chart.forms.lists import addendum_form
from osler.interfaces.web.chart.forms.shared import Reader, form_name
from osler.interfaces.web.chart.pages import read_around, section, title_of
from osler.interfaces.web.chart.show.stories import note_view, notes_card, opened_editor
from osler.interfaces.web.chart.toasts import DONE
from osler.interfaces.web.components import format
from osler.interfaces.web.components.notes import NoteConflict
from osler.interfaces.web.components.values import When
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.errors import error_view
from osler.interfaces.web.show import chart_address
from osler.workflows.charting import actions


@permission(Permission.CHART_READ)
async def listed(desk: Desk) -> Response:
    cursor = desk.request.query_params.get("from", "")
    async with desk.reading("chart notes") as records:
        around = await read_around(records, desk)
        notes = await list_notes(records, desk.patient, limit=40, cursor=cursor)
    card = notes_card(notes, desk.patient, desk.zone, may_write=desk.may(Permission.CHART_WRITE), more=False)
    older = f"{chart_address(desk.patient, 'notes')}?from={notes.next}" if notes.next else ""
    return section(desk, around, "notes", "Notes", card=card, older=older)


@permission(Permission.CHART_READ)
async def shown(desk: Desk) -> Response:
    async with desk.reading("DocumentReference") as records:
        around = await read_around(records, desk)
        whole = await get_note(records, desk.patient, _id(desk))
        reason = await _reason(records, whole.note.id) if whole.note.status == "entered-in-error" else ""
        records.about_patient(desk.patient)
    view = note_view(whole, desk, reason=reason, may_write=desk.may(Permission.CHART_WRITE))
    return section(desk, around, "note", whole.note.title, note=view)


async def _reason(records: Records, id_: str) -> str:
    done = await list_authorship(records, f"DocumentReference/{id_}")
    return next((f"{each.reason} ({each.by})" for each in done if each.activity == "NULLIFY"), "")


@permission(Permission.CHART_WRITE)
async def edit(desk: Desk) -> Response:
    """Writing goes on beside the chart."""
    return RedirectResponse(f"{chart_address(desk.patient)}?note={_id(desk)}", 303)


@permission(Permission.CHART_WRITE)
async def save_draft(desk: Desk) -> Response:
    """What the autosaver sends: answered with the new version and the time, or with both texts when they have parted."""

    async def work(records: Records) -> Resource:
        return await _keep(records, desk)

    try:
        saved = await desk.write(work, "DocumentReference draft", Action.UPDATE)
    except VersionConflict:
        return await _conflict(desk)
    at = saved.updated.astimezone(desk.zone)
    return JSONResponse(
        {"version": _version(desk, saved), "saved": f"{at:%H:%M:%S}"}, headers={"cache-control": "no-store"}
    )


async def _keep(records: Records, desk: Desk) -> Resource:
    id_, if_match = _draft(desk)
    return await actions.keep_draft(
        records, patient=desk.patient, id=id_, title=_title(desk), text=_text(desk), form=_key(desk), if_match=if_match,
        now=desk.now, zone=desk.zone,
    )  # fmt: skip


async def _conflict(desk: Desk) -> Response:
    async with desk.reading("DocumentReference draft") as records:
        whole = await get_note(records, desk.patient, _draft(desk)[0])
        records.about_patient(desk.patient)
        version = _version(desk, await records.read("DocumentReference", whole.note.id))
    at = whole.note.updated.astimezone(desk.zone)
    when = When(f"at {at:%H:%M:%S}", at.isoformat(timespec="seconds"))
    parted = NoteConflict(whole.note.text or "", whole.note.author or "Someone", when)
    return desk.fragment("components/note_conflict.html", status=409, conflict=parted, version=version)


@permission(Permission.NOTE_SIGN)
async def sign(desk: Desk) -> Response:
    id_, if_match = _draft(desk)

    async def work(records: Records) -> Authorship:
        return await actions.chart_note(
            records, patient=desk.patient, id=id_, title=_title(desk), text=_text(desk), form=_key(desk), if_match=if_match,
            now=desk.now, zone=desk.zone,
        )  # fmt: skip

    try:
        made = await desk.write(work, "DocumentReference sign", Action.UPDATE)
    except (Invalid, Conflict) as error:
        if isinstance(error, Conflict) and await _is_signed(desk, id_):
            return RedirectResponse(chart_address(desk.patient, "notes", id_), 303)
        if isinstance(error, VersionConflict):
            words = "This draft was saved elsewhere meanwhile; both texts are here."
            return await _editor_again(desk, words, 409, parted=True)
        return await _editor_again(desk, error.message, error_view(error).status)
    except Forbidden:
        raise
    except OslerError as error:
        return await _editor_again(desk, f"{error.message} Nothing was signed; your text is here.", 503)
    return RedirectResponse(f"{chart_address(desk.patient)}?{DONE}={made.id}", 303)


async def _is_signed(desk: Desk, id_: str) -> bool:
    """Whether a form that was sent twice had done its work the first time."""
    if not id_:
        return False
    async with desk.reading("DocumentReference") as records:
        whole = await get_note(records, desk.patient, id_)
        records.about_patient(desk.patient)
    return (
        whole.note.status == "signed"
        and may_edit(whole.note, desk.actor)
        and whole.note.text == _text(desk).replace("\r\n", "\n")
    )


async def _editor_again(desk: Desk, message: str, status: int, *, parted: bool = False) -> Response:
    """The chart with the editor, the text as it was typed, and what to do."""
    id_, _ = _draft(desk)
    async with desk.reading("chart summary") as records:
        summary = await read_summary(records, desk, window_of(desk))
        stored = await records.read("DocumentReference", id_) if id_ else None
        records.about_patient(desk.patient)
    editor = opened_editor(note_of(stored) if stored else None, desk, key=_key(desk))
    conflict = None
    if parted and stored:
        note = note_of(stored)
        conflict = NoteConflict(note.text or "", note.author, format.clock(note.updated, desk.zone))
    again = replace(editor, title=_title(desk), text=_text(desk), conflict=conflict, error=message)
    frame = desk.frame(title_of(summary.banner.family, summary.banner.given), "/patients")
    return desk.page("components/chart_page.html", frame, status=status, chart=replace(summary, editor=again))


@permission(Permission.NOTE_SIGN)
async def addendum_ask(desk: Desk) -> Response:
    return await show_form(desk, addendum_form(desk, _id(desk)))


@permission(Permission.NOTE_SIGN)
async def addendum(desk: Desk) -> Response:
    reader = Reader(desk)
    reader.required("text", "Write what is to be added.")

    async def work(records: Records) -> Authorship:
        reader.done()
        return await actions.chart_addendum(
            records, patient=desk.patient, id=_id(desk), text=_text(desk), form=form_name(desk), now=desk.now
        )

    return await chart(desk, work, "DocumentReference addendum", partial(addendum_form, desk, _id(desk)))


def _id(desk: Desk) -> str:
    return desk.request.path_params["id"]


def _key(desk: Desk) -> str:
    """Names one new note; empty for a draft that has an address of its own."""
    return desk.request.path_params.get("key", "")


def _draft(desk: Desk) -> tuple[str, int | None]:
    """Id and version of the draft that the page knows. A new note learns its id with the first save: `<id>.<version>`."""
    id_, _, version = desk.value("version").rpartition(".")
    id_ = desk.request.path_params.get("id", "") or (id_ if is_id(id_) else "")
    return id_, int(version) if version.isdecimal() and id_ else None


def _version(desk: Desk, saved: Resource) -> str:
    return f"{saved.id}.{saved.version}" if _key(desk) else str(saved.version)


def _title(desk: Desk) -> str:
    return desk.value("title")[:120] or next(iter(KINDS))


def _text(desk: Desk) -> str:
    """As it was typed, blanks and all."""
    found = (desk.typed or {}).get("text", "")
    return found if isinstance(found, str) else ""
