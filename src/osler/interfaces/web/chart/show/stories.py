"""What happened, and what was written: since the last visit, the timeline, notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from textwrap import shorten

from osler.clinical.events.fhir import Event, Kind
from osler.clinical.notes.fhir import KINDS, Note
from osler.clinical.notes.queries import NotePage, WholeNote
from osler.clinical.notes.rules import may_edit
from osler.clinical.results.fhir import Result
from osler.clinical.results.names import short_name
from osler.clinical.results.rules import urgency
from osler.core.ids import new_id
from osler.fhir.ahead import is_ahead
from osler.interfaces.web.components import format
from osler.interfaces.web.components.notes import Addendum, NoteEditor, NoteRow, NotesCard, NoteStatus, NoteView
from osler.interfaces.web.components.timeline import Timeline, TimelineCard, TimelineGroup, TimelineRow
from osler.interfaces.web.components.values import Action, When
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import chart_address

KIND_WORDS: dict[Kind, tuple[str, str]] = {
    "visit": ("Visit", "stethoscope"),
    "result": ("Results", "flask-conical"),
    "vaccine": ("Vaccine", "syringe"),
    "message": ("Message", "message-square"),
    "procedure": ("Procedure", "scissors"),
    "note": ("Note", "file-text"),
    "medication": ("Medication", "pill"),
    "problem": ("Problem", "clipboard-list"),
}
_EXCERPT = 110
_LISTED = 5
_PLAN = re.compile(r"^[\s#*]*(?:assessment\s*(?:and|&|/)\s*)?plan\b[*\s]*(?::|$)", re.IGNORECASE | re.MULTILINE)
_HEADING = re.compile(r"[#*\s]*(?:[A-Z][A-Z /&]+|[A-Z][A-Za-z /&]{2,30}:)[*\s]*:?")


def kind_label(kind: Kind) -> str:
    """All of a kind: `Visits`, `Results`."""
    word = KIND_WORDS[kind][0]
    return word if word.endswith("s") else f"{word}s"


def since_card(
    events: Sequence[Event], patient: str, zone: tzinfo, *, since: datetime | None, results: Iterable[Result] = ()
) -> TimelineCard:
    """Reports of one day are one line, with how many of the day's results are abnormal."""
    abnormal: dict[str, int] = {}
    for each in results:
        if urgency(each):
            day = format.day(each.at, zone).iso
            abnormal[day] = abnormal.get(day, 0) + 1
    rows = tuple(_merged(events, zone, abnormal, patient))[:12]
    more = Action("Timeline", chart_address(patient, "timeline"))
    title = "Since last visit" if since else "Last 3 months"
    return TimelineCard(rows, format.day(since, zone) if since else None, title, more)


def _merged(events: Sequence[Event], zone: tzinfo, abnormal: Mapping[str, int], patient: str) -> Iterable[TimelineRow]:
    reports: dict[str, list[Event]] = {}
    for each in events:
        if each.kind == "result":
            reports.setdefault(format.day(each.at, zone).iso, []).append(each)
    told: set[str] = set()
    for each in events:
        day = format.day(each.at, zone).iso
        if each.kind != "result":
            yield timeline_row(each, zone)
        elif day not in told:
            told.add(day)
            yield _reports_row(reports[day], zone, abnormal.get(day, 0), patient)


def _reports_row(reports: list[Event], zone: tzinfo, abnormal: int, patient: str) -> TimelineRow:
    words = f"Results · {abnormal} abnormal" if abnormal else "Results"
    names = ", ".join(dict.fromkeys(short_name(each.text) for each in reports))
    return TimelineRow(
        reports[0].about.replace("/", "-"), format.day(reports[0].at, zone), "Results", "flask-conical", words,
        chart_address(patient, "results"), reports[0].about, names,
    )  # fmt: skip


def timeline_row(event: Event, zone: tzinfo) -> TimelineRow:
    word, icon = KIND_WORDS[event.kind]
    if event.setting in ("EMER", "IMP"):
        icon = "bed"
    return TimelineRow(
        event.about.replace("/", "-"),
        format.day(event.at, zone),
        word,
        icon,
        short_name(event.text) if event.kind == "result" else event.text,
        fhir=event.about,
        detail=event.detail,
    )


def timeline(events: Sequence[Event], patient: str, zone: tzinfo, now: datetime, current: str) -> Timeline:
    """By month, newest first."""
    groups: dict[str, list[TimelineRow]] = {}
    for each in events:
        row = replace(timeline_row(each, zone), ahead=is_ahead(each.at, now, zone))
        groups.setdefault(format.day(row.when.iso[:7]).text, []).append(row)
    here = chart_address(patient, "timeline")
    filters = [Action("All", here), *(Action(kind_label(kind), f"{here}?kind={kind}") for kind in KIND_WORDS)]
    return Timeline(tuple(TimelineGroup(month, tuple(rows)) for month, rows in groups.items()), tuple(filters), current)


def notes_card(notes: NotePage, patient: str, zone: tzinfo, *, may_write: bool, more: bool = True) -> NotesCard:
    write = Action("Write note", f"{chart_address(patient)}?note=new", "pen-line", shortcut="n")
    shown = notes.notes[:_LISTED] if more else notes.notes
    return NotesCard(
        tuple(_note_row(each, patient, zone, each.id in notes.amended) for each in shown),
        write if may_write else None,
        Action("All notes", chart_address(patient, "notes")) if more else None,
        f"DocumentReference?patient={patient}&_sort=-date",
    )


def status_of(note: Note, amended: bool) -> NoteStatus:
    return "amended" if note.status == "signed" and amended else note.status


def _note_row(note: Note, patient: str, zone: tzinfo, amended: bool) -> NoteRow:
    return NoteRow(
        note.id, note.title, format.day(note.at, zone) if note.at else format.day(note.updated, zone), note.author,
        status_of(note, amended), chart_address(patient, "notes", note.id), f"DocumentReference/{note.id}",
        _excerpt(note.text or ""),
    )  # fmt: skip


def _excerpt(text: str) -> str:
    """The first words of the plan, else of the note without its headings; cut between lines or words, never in one."""
    plan = _PLAN.search(text)
    lines = [line.strip() for line in (text[plan.end() :] if plan else text).splitlines()]
    words = " ".join(line for line in lines if line and not _HEADING.fullmatch(line))
    return shorten(words, _EXCERPT, placeholder=" …")


def note_view(whole: WholeNote, desk: Desk, *, reason: str = "", may_write: bool) -> NoteView:
    """A note to read, with what may be done to it."""
    note, patient, zone = whole.note, desk.patient, desk.zone
    signed = [each for each in whole.addenda if each.status == "signed"]
    text = (
        note.text if note.text is not None else f"This document is not plain text ({note.content_type or 'unknown'})."
    )
    when = format.moment(note.updated if note.status == "draft" else note.at or note.updated, zone)
    return NoteView(
        note.id, note.title, text, status_of(note, bool(signed)), note.author, when, f"DocumentReference/{note.id}",
        error_reason=reason,
        addenda=tuple(Addendum(each.text or "", each.author, format.moment(each.at, zone)) for each in signed),
        actions=_note_actions(note, patient, may_write, may_edit(note, desk.actor)),
    )  # fmt: skip


def _note_actions(note: Note, patient: str, may_write: bool, own: bool) -> tuple[Action, ...]:
    place = ("notes", note.id)
    if not may_write or note.status == "entered-in-error":
        return ()
    if note.status == "draft":
        return (Action("Go on writing", chart_address(patient, *place, "edit"), "pen-line"),) if own else ()
    return (
        Action("Addendum", chart_address(patient, *place, "addendum"), "plus", panel=True),
        Action("Entered in error…", chart_address(patient, *place, "withdraw"), "ban", panel=True),
    )


def opened_editor(note: Note | None, desk: Desk, key: str = "") -> NoteEditor:
    """The draft to go on with, or a new note; `key` names the new one until the server has stored something."""
    patient, titles = desk.patient, tuple(KINDS)
    if note is None:
        base = chart_address(patient, "notes", "new", key or new_id())
        return NoteEditor(f"new-{patient}", titles[0], "", f"{base}/draft", f"{base}/sign", titles=titles)
    base = chart_address(patient, "notes", note.id)
    local = note.updated.astimezone(desk.zone)
    saved = When(f"{local:%H:%M:%S}", local.isoformat(timespec="seconds"))
    shown = titles if note.title in titles else (note.title, *titles)
    discard = Action("Discard…", f"{base}/withdraw", "trash-2", panel=True)
    return NoteEditor(note.id, note.title, note.text or "", f"{base}/draft", f"{base}/sign", str(note.version), saved,
                      titles=shown, discard=discard)  # fmt: skip
