"""What happened, the notes and what needs attention."""

from __future__ import annotations

from osler.interfaces.web.components.notes import NoteEditor, NoteRow, NotesCard
from osler.interfaces.web.components.samples.delgado.frame import CHART
from osler.interfaces.web.components.samples.delgado.measurements import RESULT_DAY
from osler.interfaces.web.components.states import Alert
from osler.interfaces.web.components.timeline import TimelineCard, TimelineRow
from osler.interfaces.web.components.values import Action, When

SINCE = TimelineCard(
    (
        TimelineRow(
            "e1",
            When("20-Nov-2026", "2026-11-20"),
            "Message",
            "message-square",
            "Portal message: “knee still sore, taking Aleve most days”",
            f"{CHART}/messages/e1",
            "Communication/e1",
            new=True,
        ),
        TimelineRow(
            "e2",
            RESULT_DAY,
            "Laboratory",
            "flask-conical",
            "Labs resulted · 5 abnormal",
            f"{CHART}/results",
            "DiagnosticReport/e2",
            new=True,
        ),
        TimelineRow(
            "e3",
            When("03-Oct-2026", "2026-10-03"),
            "Visit",
            "bed",
            "ED, St. Luke’s — knee pain, X-ray no fracture",
            "",
            "Encounter/e3",
        ),
        TimelineRow(
            "e4",
            When("22-Sep-2026", "2026-09-22"),
            "Vaccine",
            "syringe",
            "Influenza vaccine, pharmacy",
            "",
            "Immunization/e4",
        ),
    ),
    since=When("12-Aug-2026", "2026-08-12"),
    more=Action("Timeline", f"{CHART}/timeline"),
)

EDITOR = NoteEditor(
    "draft-1",
    "Office visit",
    "Subjective\n62-year-old woman with type 2 diabetes, hypertension and CKD 3a for follow-up. Knee pain since September; ED visit "
    "03-Oct-2026, no fracture. Taking naproxen most days. Eating out more since son’s wedding. No hypoglycemia. Denies chest pain, "
    "dyspnea, orthopnea or edema.\n\nObjective\nHeart regular, no murmur. Lungs clear. Right knee: crepitus, no effusion. Monofilament "
    "intact, 10/10 both feet.\n\nAssessment and plan\n1. Type 2 diabetes with CKD: above goal, A1c 8.4 from 7.6.\n2. CKD stage 3a with "
    "hyperkalemia: stop naproxen, repeat potassium in 3 days.",
    f"{CHART}/notes/draft-1/draft",
    f"{CHART}/notes/draft-1/sign",
    "3",
    When("09:26:14", "2026-11-21T09:26:14-06:00"),
    titles=("Office visit", "Telephone call", "Addendum to plan"),
    discard=Action("Discard", f"{CHART}/notes/draft-1/discard", panel=True),
)

NOTES = NotesCard(
    (
        NoteRow(
            "n1",
            "Office visit",
            When("12-Aug-2026", "2026-08-12"),
            "A. Okafor, MD",
            "signed",
            f"{CHART}/notes/n1",
            "DocumentReference/n1",
            "Diabetes, hypertension; A1c 7.6",
        ),
        NoteRow(
            "n2",
            "Telephone call",
            When("02-Jun-2026", "2026-06-02"),
            "J. Park, MA",
            "amended",
            f"{CHART}/notes/n2",
            "DocumentReference/n2",
        ),
        NoteRow(
            "n3",
            "Office visit",
            When("05-May-2026", "2026-05-05"),
            "A. Okafor, MD",
            "entered-in-error",
            f"{CHART}/notes/n3",
            "DocumentReference/n3",
        ),
    ),
    write=Action("Write note", f"{CHART}/notes/new", "pen-line", shortcut="n"),
    more=Action("All notes", f"{CHART}/notes"),
)

ALERT = Alert(
    "alert-nsaid",
    "naproxen + lisinopril with potassium 5.6 and eGFR 52",
    "NSAID with an ACE inhibitor in CKD 3a raises the risk of hyperkalemia and acute kidney injury. Potassium rose 0.5 since naproxen was "
    "first reported.",
    "crit",
    "High",
    (Action("Potassium trend", "#result-r2"), Action("Creatinine trend", "#result-r3")),
    (
        Action("Stop naproxen", f"{CHART}/medications/m7/stop", style="primary", panel=True),
        Action("Keep, with reason…", f"{CHART}/alerts/1", panel=True),
    ),
)
