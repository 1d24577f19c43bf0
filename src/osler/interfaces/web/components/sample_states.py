"""The states of each component that one chart does not show: empty, unknown, long, wrong, old."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components import sample_chart as chart
from osler.interfaces.web.components.allergies import AllergyList, AllergyRow
from osler.interfaces.web.components.banner import AllergyChip, Fact, VisitLine
from osler.interfaces.web.components.medications import MedicationList, MedicationRow
from osler.interfaces.web.components.notes import Addendum, NoteConflict, NotesCard, NoteView
from osler.interfaces.web.components.people import (
    PaletteGroup,
    PaletteItem,
    PaletteView,
    PersonHit,
    SearchResults,
    TodayList,
    TodayRow,
)
from osler.interfaces.web.components.problems import ProblemList, ProblemRow
from osler.interfaces.web.components.results import GridCell, GridRow, ResultRow, ResultsCard, ResultsGrid
from osler.interfaces.web.components.states import Alert, EmptyState, ErrorView, Toast
from osler.interfaces.web.components.timeline import Timeline, TimelineCard, TimelineGroup, TimelineRow
from osler.interfaces.web.components.values import (
    ABNORMAL,
    CRITICAL_LOW,
    HIGH,
    LOW,
    Action,
    Chip,
    Value,
    When,
)
from osler.interfaces.web.components.vitals import VitalsGrid, VitalTile
from osler.render.svg.trend import Trend

BORN = When("02-Jun-1955", "1955-06-02")

BANNERS = {
    "allergies listed": chart.BANNER,
    "no known allergies, code status limited": replace(
        chart.BANNER, id="oyelaran", family="Oyelaran", given="Samuel", allergy_state="none-known", allergies=(), born=BORN, age="71 y", sex="Male",
        facts=(Fact("Code status", "DNR · DNI", "viol", "hand"), Fact("Isolation", "Contact · MRSA", "warn", "shield-alert")),
        visit=VisitLine("4 East · Bed 12", "Day 3 · pneumonia"),
    ),
    "not asked, much not recorded": replace(
        chart.BANNER, id="kim", family="Kim", given="", born=None, age="", sex="", mrn="", pcp="", allergy_state="not-asked", allergies=(),
        allergies_href="/patients/kim/allergies/add", facts=(), visit=None,
    ),
    "deceased": replace(
        chart.BANNER, id="ward", family="Ward", given="Agnes", deceased=True, died=When("09-Jan-2024", "2024-01-09"), age="59 y", visit=None, facts=(),
    ),
    "long names, many allergies, flags": replace(
        chart.BANNER, id="long", family="Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh", given="Maximiliana Alexandrina Theodora", preferred_name="Max",
        pronouns="they/them", gender="Non-binary", flags=(Chip("Restricted record", "viol", "lock"), Chip("Another patient has this name", "warn")),
        allergies=(
            AllergyChip("latex", "contact dermatitis", "low"), AllergyChip("iodinated contrast", "hives", "high"), AllergyChip("peanut", "anaphylaxis", "high"),
            AllergyChip("codeine", "", ""), AllergyChip("adhesive tape", "blisters", "unable-to-assess"),
        ),
    ),
}  # fmt: skip

VALUES = {
    "plain": Value("82.4", "kg"),
    "high": Value("148/86", "mmHg", HIGH),
    "low": Value("52", "mL/min/1.73 m²", LOW),
    "critically low": Value("2.4", "mmol/L", CRITICAL_LOW),
    "abnormal words": Value("Positive", "", ABNORMAL),
    "thousands": Value("1,000", "mg"),
    "below a limit": Value("< 0.01", "ng/mL"),
}

CHIPS = (
    Chip("Draft"), Chip("At goal", "ok", "check"), Chip("Due", "warn"), Chip("5 new", "info"), Chip("Overdue", "crit"), Chip("Held", "viol"),
    Chip("High", "crit", solid=True),
)  # fmt: skip

ACTIONS = {
    "link": Action("All results", "/results"),
    "button": Action("Save and close", "/save", style="plain"),
    "primary": Action("Sign note", "/sign", "check", style="primary"),
    "danger": Action("Mark as entered in error", "/in-error", style="danger"),
    "icon": Action("Add problem", "/add", "plus", icon_only=True, panel=True),
    "post": Action("Record no known allergies", "/none", method="post", style="plain"),
}

EMPTY = {
    "empty": EmptyState("No documents recorded", "folder-open"),
    "empty with a next step": EmptyState("No medications recorded", "pill", Action("Add medication", "/add", panel=True), "Nor has anyone said that there are none."),
}

PROBLEM_LISTS = {
    "six active, one past": replace(chart.PROBLEMS, id="ui-problems-full", add=replace(chart.add("Add problem", "problems/add"))),
    "none recorded": ProblemList((), id="ui-problems-empty"),
    "no known problems": ProblemList((), none_known=True, id="ui-problems-none"),
    "entered in error, new, with actions": ProblemList(
        (
            ProblemRow("q1", "Pregnancy", "/p", "Condition/q1", 1, entered_in_error=True),
            ProblemRow("q2", "Carpal tunnel syndrome, left wrist, following a fall on the outstretched hand", "/p", "Condition/q2", 2, new=True,
                since=When("21-Nov-2026", "2026-11-21"), actions=(Action("Edit", "/e", panel=True), Action("Resolve", "/r", panel=True),
                Action("Entered in error…", "/x", panel=True))),
        ),
        id="ui-problems-error",
    ),
}  # fmt: skip

MEDICATION_LISTS = {
    "seven active": replace(chart.MEDICATIONS, id="ui-meds-full"),
    "none recorded": MedicationList((), id="ui-meds-empty"),
    "takes none": MedicationList((), none_taken=True, id="ui-meds-none"),
    "combination, text only, long, in error": MedicationList(
        (
            MedicationRow("x1", "lisinopril and hydroCHLOROthiazide", "/m", "MedicationRequest/x1", "20 mg and 12.5 mg tablet", "1 tablet", ("oral", "daily")),
            MedicationRow("x2", "24 HR Metoprolol succinate 100 MG Extended Release Oral Tablet", "/m", "MedicationRequest/x2"),
            MedicationRow("x3", "insulin glargine", "/m", "MedicationRequest/x3", "100 units in 1 mL pen", "14 units", (
                "subcutaneous", "every night at bedtime", "raise by 2 units every 3 days until fasting glucose is under 130 mg/dL")),
            MedicationRow("x4", "predniSONE", "/m", "MedicationRequest/x4", "10 mg tablet", "10 mg", ("oral", "daily"), entered_in_error=True),
        ),
        past=(MedicationRow("x5", "amoxicillin", "/m", "MedicationRequest/x5", "500 mg capsule", "500 mg", ("oral", "three times daily"),
            ends=When("04-Feb-2024", "2024-02-04"), ends_word="stopped"),),
        id="ui-meds-odd",
    ),
}  # fmt: skip

ALLERGY_LISTS = {
    "listed": replace(chart.ALLERGIES, id="ui-allergies-full", add=chart.add("Add allergy", "allergies/add")),
    "no known allergies": AllergyList("none-known", asked=When("12-Aug-2026", "2026-08-12"), id="ui-allergies-none"),
    "not asked": AllergyList("not-asked", state_none=Action("No known allergies", "/none", method="post", style="plain"), id="ui-allergies-unasked"),
    "unsure, refuted, in error": AllergyList(
        "listed",
        (
            AllergyRow("b1", "codeine", "AllergyIntolerance/b1", kind="Medication, intolerance", status="unconfirmed", by="J. Park, MA"),
            AllergyRow("b2", "penicillin", "AllergyIntolerance/b2", "hives", criticality="high", entered_in_error=True),
        ),
        past=(AllergyRow("b3", "egg", "AllergyIntolerance/b3", "vomiting", kind="Food", status="refuted"),),
        id="ui-allergies-odd",
    ),
}  # fmt: skip

VITALS = {
    "whole set": replace(chart.VITALS, id="ui-vitals-full", add=chart.add("Add vital signs", "vitals/add")),
    "some not recorded, of other days": VitalsGrid(
        (
            VitalTile("bp", "Blood pressure", Value("88/50", "mmHg", CRITICAL_LOW), when=When("20-Nov-2026 18:40", "2026-11-20T18:40"), fhir="Observation/w1"),
            VitalTile("hr", "Heart rate"),
            VitalTile("temp", "Temperature", Value("38.9", "°C", HIGH)),
            VitalTile("weight", "Weight", Value("12,340", "g"), when=When("02-Nov-2026", "2026-11-02")),
            VitalTile("height", "Height"),
        ),
        id="ui-vitals-some",
    ),
    "none": VitalsGrid((), id="ui-vitals-none"),
}  # fmt: skip

_NO_POINTS = Trend("Weight, 3 months", chart.at(2026, 9, 1), chart.at(2026, 11, 30), (), "kg")
_FEW = replace(
    chart.TREND.trend,
    start=chart.at(2026, 10, 1),
    lanes=(),
    series=tuple(replace(one, points=one.points[-2:]) for one in chart.TREND.trend.series),
)

TRENDS = {
    "with treatment and a goal for each line": replace(chart.TREND, id="ui-trend-full"),
    "two points": replace(chart.TREND, id="ui-trend-few", trend=_FEW, subtitle="2 months", table=()),
    "nothing in this span": replace(chart.TREND, id="ui-trend-none", title="Weight", trend=_NO_POINTS, subtitle="", table=()),
}

RESULTS = {
    "eight analytes": replace(chart.RESULTS, id="ui-results-full"),
    "words, preliminary, new": ResultsCard(
        (
            ResultRow("s1", "Urine culture", Value("Escherichia coli, more than 100,000 colonies per mL", "", ABNORMAL), When("19-Nov-2026", "2026-11-19"),
                "Observation/s1", status="preliminary"),
            ResultRow("s2", "HIV 1 and 2 antigen and antibody", Value("Negative"), When("19-Nov-2026", "2026-11-19"), "Observation/s2", new=True),
            ResultRow("s3", "Troponin I, high sensitivity", Value("< 3", "ng/L"), When("19-Nov-2026", "2026-11-19"), "Observation/s3", reference="< 16"),
        ),
        new_count=1,
        id="ui-results-words",
    ),
    "none": ResultsCard((), id="ui-results-none"),
}  # fmt: skip

_DATES = tuple(When(f"{day}-2026", "2026") for day in ("18-Nov", "12-Aug", "05-May", "03-Feb"))
GRIDS = {
    "four dates": ResultsGrid(
        _DATES,
        (
            GridRow("Potassium", "mmol/L", "3.5–5.1", (GridCell(Value("5.6", "", HIGH), "Observation/g1"), GridCell(Value("5.1")), GridCell(Value("4.9")), GridCell(Value("4.7")))),
            GridRow("eGFR", "mL/min/1.73 m²", "> 60", (GridCell(Value("52", "", LOW)), GridCell(Value("58", "", LOW)), GridCell(None), GridCell(Value("61"))), chart.EGFR),
        ),
        "ui-grid-full",
    )
}  # fmt: skip

SINCE = {
    "since last visit": replace(chart.SINCE, id="ui-since-full"),
    "nothing since": TimelineCard((), since=When("12-Aug-2026", "2026-08-12"), id="ui-since-none"),
}

TIMELINE = Timeline(
    (
        TimelineGroup("18-Nov-2026", (TimelineRow("t1", When("09:12", "2026-11-18T09:12"), "Laboratory", "flask-conical", "Basic metabolic panel", "/r", "DiagnosticReport/t1"),)),
        TimelineGroup("12-Aug-2026", (TimelineRow("t2", When("10:00", "2026-08-12T10:00"), "Visit", "stethoscope", "Office visit", "/v", "Encounter/t2", "A. Okafor, MD"),)),
    ),
    tuple(Action(label, f"?kind={label}") for label in ("All", "Visits", "Results", "Medications", "Vaccines")),
    "All",
    "ui-timeline",
)  # fmt: skip

_SIGNED = NoteView(
    "v1", "Office visit", "Diabetes and hypertension, stable.\n\nContinue the present treatment; return in three months.", "signed", "Adaeze Okafor, MD",
    When("12-Aug-2026 10:24", "2026-08-12T10:24"), "DocumentReference/v1", "Office visit, 12-Aug-2026", actions=(Action("Addend", "/addend", panel=True),),
)  # fmt: skip

NOTES = {
    "signed": _SIGNED,
    "amended": replace(_SIGNED, id="v2", status="amended", addenda=(Addendum("Patient called: the dizziness is gone.", "J. Park, MA", When("14-Aug-2026 08:02", "2026-08-14T08:02")),)),
    "entered in error": replace(_SIGNED, id="v3", status="entered-in-error", error_reason="wrong patient", actions=()),
    "empty draft of another": replace(_SIGNED, id="v4", status="draft", text="", actions=()),
}  # fmt: skip

EDITORS = {
    "writing": replace(chart.EDITOR, id="ui-draft"),
    "two wrote at once": replace(chart.EDITOR, id="ui-conflict", text="My words.", conflict=NoteConflict("Their words.", "J. Park, MA", When("09:31", "2026-11-21T09:31"))),
    "signing orders too, refused": replace(chart.EDITOR, id="ui-sign", text="Short.", titles=(), error="Not signed: the record is away. Your text is kept.",
        signs=("naproxen 220 mg: stop", "Basic metabolic panel, in 3 days")),
}  # fmt: skip

NOTE_LISTS = {"three": replace(chart.NOTES, id="ui-notes-full", write=Action("Write note", "/n", "pen-line")), "none": NotesCard((), id="ui-notes-none")}

_PEOPLE = (
    PersonHit("h1", "Delgado", "Maria Elena", "/patients/delgado", When("14-Mar-1964", "1964-03-14"), "62 y", "Female", "4820 1193", "Today 09:20 · Room 4"),
    PersonHit("h2", "Delgado", "Mario", "/patients/h2", When("01-Sep-2026", "2026-09-01"), "2 mo", "Male", "4820 7731", chips=(Chip("Similar name", "warn"),)),
    PersonHit("h3", "Ward", "Agnes", "/patients/h3", None, "", "Female", "", deceased=True),
)  # fmt: skip

SEARCHES = {
    "found": SearchResults("del", _PEOPLE, id="ui-hits-found"),
    "similar ones too": SearchResults("delgardo", tuple(replace(one, id=one.id + "b") for one in _PEOPLE[:1]), looser=True, id="ui-hits-loose",
        total=41, more=Action("Show all", "/patients?q=del&all=1")),
    "nothing found": SearchResults("zzyzx", (), id="ui-hits-none"),
    "nothing asked": SearchResults("", (), id="ui-hits-blank"),
}  # fmt: skip

TODAY = {
    "today": TodayList(
        When("Sat 21-Nov-2026", "2026-11-21"),
        (
            TodayRow(When("09:20", "2026-11-21T09:20"), replace(_PEOPLE[0], id="d1", detail=""), "Diabetes follow-up", Chip("In room", "info"), "A. Okafor, MD", "Room 4"),
            TodayRow(When("09:40", "2026-11-21T09:40"), replace(_PEOPLE[1], id="d2"), "Well-child visit, 2 months", Chip("Arrived", "ok", "check"), "A. Okafor, MD"),
            TodayRow(When("10:00", "2026-11-21T10:00"), replace(_PEOPLE[0], id="d3", given="Rosa", detail=""), "Knee pain", Chip("Expected"), "A. Okafor, MD"),
        ),
        earlier=Action("Earlier day", "?day=2026-11-20", "chevron-left", icon_only=True),
        later=Action("Later day", "?day=2026-11-22", "chevron-right", icon_only=True),
        id="ui-today",
    ),
    "nobody booked": TodayList(When("Sun 22-Nov-2026", "2026-11-22"), (), id="ui-today-none"),
}  # fmt: skip

PALETTES = {
    "people": PaletteView("del", (PaletteGroup("Today", (PaletteItem("ui-pal-1", "", "/patients/delgado", person=_PEOPLE[0]),)),
        PaletteGroup("Other patients", (PaletteItem("ui-pal-2", "", "/patients/h2", person=_PEOPLE[1]),)))),
    "commands": PaletteView(">add", (PaletteGroup("In this chart", (PaletteItem("ui-pal-3", "Add problem", "/a", "plus", "DELGADO, Maria Elena", keys="p"),
        PaletteItem("ui-pal-4", "Add vital signs", "/v", "activity", "DELGADO, Maria Elena", keys="v"))),), "commands"),
    "nothing found": PaletteView("zzyzx"),
}  # fmt: skip

TOASTS = {
    "with undo": Toast("ui-undo", "Problem added: Essential hypertension.", "/undo/1", "2099-01-01T00:00:00Z", 3600),
    "said": Toast("ui-said", "Note signed."),
    "refused": Toast("ui-crit", "Undo is no longer possible: the time is over.", tone="crit"),
}

ERRORS = {
    "someone wrote first": ErrorView(409, "Not saved.", "Someone changed this problem: you changed version 2; 3 is stored.", reference="7Q2K",
        actions=(Action("Reload", "/patients/delgado"),)),
    "several faults": ErrorView(422, "Not saved.", "Two things are wrong.", ("onsetDateTime: lies in the future", "code: is missing")),
}  # fmt: skip

ALERTS = {
    "warning": Alert("alert-warn", "Weight is 3 months old", "Doses by weight use 82.4 kg of 12-Aug-2026.", "warn", "", (Action("Weights", "#"),)),
    "information": Alert("alert-info", "Outside records arrived", "Two documents from St. Luke’s wait for review.", "info"),
}  # fmt: skip
