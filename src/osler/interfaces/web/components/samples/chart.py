"""One invented patient's chart as view-models: the page of the design picture, for the gallery and for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from osler.interfaces.web.components import format
from osler.interfaces.web.components.allergies import AllergyList, AllergyRow
from osler.interfaces.web.components.banner import AllergyChip, BannerView, Fact, VisitLine
from osler.interfaces.web.components.chart import ChartSummary
from osler.interfaces.web.components.medications import MedicationList, MedicationRow
from osler.interfaces.web.components.notes import NoteEditor, NoteRow, NotesCard
from osler.interfaces.web.components.problems import ProblemList, ProblemRow
from osler.interfaces.web.components.results import ResultRow, ResultsCard
from osler.interfaces.web.components.shell import NavItem, Page, Rail, TopBar, UserBadge
from osler.interfaces.web.components.states import Alert
from osler.interfaces.web.components.timeline import TimelineCard, TimelineRow
from osler.interfaces.web.components.values import (
    CRITICAL_HIGH,
    HIGH,
    LOW,
    Action,
    Chip,
    Detail,
    Flag,
    Value,
    When,
)
from osler.interfaces.web.components.vitals import TrendCard, TrendRow, VitalsGrid, VitalTile
from osler.render.svg.lanes import Lane, Span
from osler.render.svg.sparkline import Sparkline
from osler.render.svg.trend import Goal, Point, Series, Trend

CHART = "/patients/delgado"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def add(label: str, path: str, key: str = "") -> Action:
    return Action(label, f"{CHART}/{path}", "plus", panel=True, icon_only=True, shortcut=key)


def spark(name: str, values: tuple[float, ...], low: float | None, high: float | None, flag: Flag | None) -> Sparkline:
    direction = {"H": "high", "L": "low"}.get(flag.letter, "") if flag else ""
    state = f"critical-{direction}" if flag and flag.tone == "crit" and direction else direction
    return Sparkline(values, low=low, high=high, state=state, name=name)  # type: ignore[arg-type]


BANNER = BannerView(
    id="delgado",
    family="Delgado",
    given="Maria Elena",
    born=When("14-Mar-1964", "1964-03-14"),
    age="62 y",
    sex="Female",
    mrn="4820 1193",
    href=CHART,
    fhir="Patient/delgado",
    pcp="Dr A. Okafor",
    allergy_state="listed",
    allergies=(
        AllergyChip("penicillin", "anaphylaxis", "high", f"{CHART}/allergies"),
        AllergyChip("sulfonamides", "rash", "low", f"{CHART}/allergies"),
    ),
    facts=(
        Fact("Code status", "Full code"),
        Fact("Language", "Spanish · interpreter", icon="languages", optional=True),
    ),
    visit=VisitLine("Office visit · 09:20 · Room 4", "In progress 6 min · Blue Shield PPO, eligible"),
)

RAIL = Rail(
    (
        NavItem("Summary", CHART, "layout-dashboard", current=True),
        NavItem("Timeline", f"{CHART}/timeline", "history"),
        NavItem("Notes", f"{CHART}/notes", "file-text"),
        NavItem("Results", f"{CHART}/results", "flask-conical", count=5, count_word="new"),
        NavItem("Medications", f"{CHART}/medications", "pill"),
        NavItem("Vitals", f"{CHART}/vitals", "activity"),
        NavItem("Vaccines", f"{CHART}/vaccines", "syringe"),
        NavItem("Documents", f"{CHART}/documents", "folder-open"),
    )
)

TOP = TopBar(
    "Lakeside Family Medicine",
    (
        NavItem("Schedule", "/today", "calendar"),
        NavItem("Inbox", "/inbox", "inbox", count=7, count_word="unread"),
        NavItem("Tasks", "/tasks", "list-checks", count=3, count_word="due"),
        NavItem("Patients", "/patients", "users", current=True),
    ),
    UserBadge(
        "Adaeze Okafor", "Physician", (NavItem("Lock", "/lock", "lock"), NavItem("Sign out", "/sign-out", "log-out"))
    ),
    "Demo data",
)

PAGE = Page("DELGADO, Maria Elena · Summary", TOP)

A1C = spark("Hemoglobin A1c", (7.1, 7.3, 7.2, 7.6, 8.4), None, 7.0, HIGH)
EGFR = spark("eGFR", (63, 61, 60, 58, 52), 60, None, LOW)
SYSTOLIC = spark("Systolic blood pressure", (134, 139, 137, 141, 144, 148), None, 130, HIGH)

PROBLEMS = ProblemList(
    (
        ProblemRow(
            "p1",
            "Type 2 diabetes with chronic kidney disease",
            f"{CHART}/problems/p1",
            "Condition/p1",
            1,
            (Detail("A1c", Value("8.4", "%")), Detail("goal < 7"), Detail("metFORMIN, empagliflozin")),
            trend=A1C,
        ),
        ProblemRow(
            "p2",
            "Hypertension",
            f"{CHART}/problems/p2",
            "Condition/p2",
            2,
            (Detail(value=Value("148/86", "mmHg")), Detail("lisinopril, amLODIPine")),
            trend=SYSTOLIC,
        ),
        ProblemRow(
            "p3",
            "CKD stage 3a, A2",
            f"{CHART}/problems/p3",
            "Condition/p3",
            3,
            (Detail("eGFR", Value("52")), Detail("falling 11 in 18 mo")),
            trend=EGFR,
        ),
        ProblemRow(
            "p4",
            "Hyperlipidemia",
            f"{CHART}/problems/p4",
            "Condition/p4",
            4,
            (Detail("LDL", Value("66", "mg/dL")), Detail("atorvastatin")),
            chips=(Chip("At goal", "ok", "check"),),
        ),
        ProblemRow(
            "p5",
            "Osteoarthritis, right knee",
            f"{CHART}/problems/p5",
            "Condition/p5",
            5,
            (Detail("naproxen (over the counter)"),),
            chips=(Chip("ED visit 03-Oct-2026", "info"),),
        ),
        ProblemRow(
            "p6",
            "Depression, in remission",
            f"{CHART}/problems/p6",
            "Condition/p6",
            6,
            (Detail("PHQ-9", Value("4")), Detail("sertraline")),
            since=When("Mar-2019", "2019-03"),
        ),
    ),
    past=(
        ProblemRow(
            "p7",
            "Acute bronchitis",
            f"{CHART}/problems/p7",
            "Condition/p7",
            since=When("Jan-2024", "2024-01"),
            resolved=When("Feb-2024", "2024-02"),
        ),
    ),
    add=add("Add problem", "problems/add", "p"),
    fhir="Condition?patient=delgado",
)


def _med(
    id: str, name: str, product: str, dose: str, sig: tuple[str, ...], refills: int, ends: str, **more: object
) -> MedicationRow:
    return MedicationRow(
        id,
        format.drug_name(name),
        f"{CHART}/medications/{id}",
        f"MedicationRequest/{id}",
        product,
        dose,
        sig,
        format.plural(refills, "refill") if ends else "",
        format.day(ends) if ends else None,
        **more,  # type: ignore[arg-type]
    )


MEDICATIONS = MedicationList(
    (
        _med("m1", "metformin", "1,000 mg tablet", "1,000 mg", ("oral", "twice daily with meals"), 4, "2026-12-12"),
        _med("m2", "empagliflozin", "10 mg tablet", "10 mg", ("oral", "every morning"), 2, "2026-11-30"),
        _med("m3", "lisinopril", "20 mg tablet", "20 mg", ("oral", "daily"), 3, "2027-01-18"),
        _med("m4", "amlodipine", "5 mg tablet", "5 mg", ("oral", "daily"), 3, "2027-01-18"),
        _med("m5", "atorvastatin", "40 mg tablet", "40 mg", ("oral", "at bedtime"), 1, "2027-02-02"),
        _med("m6", "sertraline", "50 mg tablet", "50 mg", ("oral", "daily"), 5, "2027-03-11"),
        _med(
            "m7",
            "naproxen",
            "220 mg tablet",
            "220 mg",
            ("oral", "as needed for knee pain"),
            0,
            "",
            watch=True,
            patient_reported=True,
            chips=(Chip("Over the counter", "warn"),),
        ),
    ),
    add=add("Add medication", "medications/add"),
    note="reconciled 21-Nov-2026",
    fhir="MedicationRequest?patient=delgado",
)

ALLERGIES = AllergyList(
    "listed",
    (
        AllergyRow(
            "a1",
            "penicillin",
            "AllergyIntolerance/a1",
            "anaphylaxis",
            "severe",
            "high",
            "Medication",
            recorded=When("02-May-1998", "1998-05-02"),
        ),
        AllergyRow(
            "a2",
            "sulfamethoxazole and trimethoprim",
            "AllergyIntolerance/a2",
            "rash",
            "mild",
            "low",
            "Medication (combination)",
            recorded=When("11-Sep-2011", "2011-09-11"),
        ),
    ),
    add=add("Add allergy", "allergies/add", "a"),
    fhir="AllergyIntolerance?patient=delgado",
)

VITALS = VitalsGrid(
    (
        VitalTile("bp", "Blood pressure", Value("148/86", "mmHg", HIGH), fhir="Observation/v1", href="#trend"),
        VitalTile("hr", "Heart rate", Value("78", "/min"), fhir="Observation/v2"),
        VitalTile("spo2", "SpO₂", Value("97", "%"), fhir="Observation/v3"),
        VitalTile("temp", "Temperature", Value("36.8", "°C"), fhir="Observation/v4"),
        VitalTile("weight", "Weight", Value("82.4", "kg"), "+1.9", fhir="Observation/v5"),
        VitalTile("bmi", "BMI", Value("31.0", "kg/m²"), fhir="Observation/v6"),
        VitalTile("resp", "Resp. rate", Value("16", "/min"), fhir="Observation/v7"),
        VitalTile("pain", "Pain, knee", Value("3", "of 10"), fhir="Observation/v8"),
    ),
    taken=When("today 09:12", "2026-11-21T09:12-06:00"),
    by="J. Park, MA",
    add=add("Add vital signs", "vitals/add", "v"),
    more=Action("Flowsheet", f"{CHART}/vitals"),
    fhir="Observation?patient=delgado&category=vital-signs",
)

_DAYS = (
    at(2025, 12, 2),
    at(2026, 1, 6),
    at(2026, 2, 3),
    at(2026, 3, 4),
    at(2026, 4, 7),
    at(2026, 5, 5),
    at(2026, 6, 9),
    at(2026, 7, 7),
    at(2026, 8, 12),
    at(2026, 9, 8),
    at(2026, 10, 3),
    at(2026, 11, 21),
)
_SYSTOLIC = (152, 149, 146, 141, 138, 136, 134, 139, 137, 141, 144, 148)
_DIASTOLIC = (92, 90, 88, 86, 84, 82, 80, 83, 82, 84, 85, 86)

TREND = TrendCard(
    "Blood pressure",
    Trend(
        "Blood pressure, 12 months",
        at(2025, 12, 1),
        at(2026, 11, 30),
        (
            Series("Systolic", tuple(map(Point, _DAYS, _SYSTOLIC)), Goal("systolic goal 110–130", 110, 130)),
            Series("Diastolic", tuple(map(Point, _DAYS, _DIASTOLIC)), Goal("diastolic goal < 80", None, 80), "second"),
        ),
        "mmHg",
        (
            Lane("lisinopril", (Span("10 mg", at(2025, 12, 1), at(2026, 3, 1)), Span("20 mg", at(2026, 3, 1)))),
            Lane("amLODIPine", (Span("5 mg", at(2026, 5, 4)),)),
            Lane("naproxen", (Span("220 mg", at(2026, 9, 20)),)),
        ),
    ),
    "12 months, with treatment",
    tuple(Action(label, f"{CHART}/vitals/bp?span={label}") for label in ("3 mo", "1 y", "5 y")),
    "1 y",
    ("Systolic", "Diastolic"),
    tuple(
        TrendRow(format.day(day), (Value(str(high), "mmHg"), Value(str(low), "mmHg")))
        for day, high, low in reversed(list(zip(_DAYS, _SYSTOLIC, _DIASTOLIC, strict=True)))
    ),
    "Observation?patient=delgado&code=85354-9",
)

_RESULT_DAY = When("18-Nov-2026", "2026-11-18")


def _result(
    id: str, name: str, value: Value, values: tuple[float, ...], low: float | None, high: float | None, reference: str
) -> ResultRow:
    history = spark(name, values, low, high, value.flag)
    return ResultRow(id, name, value, _RESULT_DAY, f"Observation/{id}", f"{CHART}/results/{id}", reference, history)


RESULTS = ResultsCard(
    (
        _result("r1", "Hemoglobin A1c", Value("8.4", "%", HIGH), (7.1, 7.3, 7.2, 7.6, 8.4), None, 7.0, "goal < 7.0"),
        _result(
            "r2", "Potassium", Value("5.6", "mmol/L", CRITICAL_HIGH), (4.6, 4.7, 4.9, 5.1, 5.6), 3.5, 5.1, "3.5–5.1"
        ),
        _result("r3", "Creatinine", Value("1.21", "mg/dL", HIGH), (0.98, 1.0, 1.03, 1.07, 1.21), 0.5, 1.1, "0.50–1.10"),
        _result("r4", "eGFR", Value("52", "mL/min/1.73 m²", LOW), (63, 61, 60, 58, 52), 60, None, "> 60"),
        _result("r5", "Urine ACR", Value("86", "mg/g", HIGH), (34, 48, 61, 70, 86), None, 30, "< 30"),
        _result("r6", "LDL cholesterol", Value("66", "mg/dL"), (104, 96, 81, 70, 66), None, 70, "goal < 70"),
        _result("r7", "Hemoglobin", Value("12.8", "g/dL"), (13.0, 12.9, 13.1, 12.7, 12.8), 12.0, 15.5, "12.0–15.5"),
        _result("r8", "TSH", Value("2.1", "mIU/L"), (2.4, 2.0, 2.2, 2.3, 2.1), 0.4, 4.5, "0.4–4.5"),
    ),
    latest=_RESULT_DAY,
    new_count=5,
    more=Action("All results", f"{CHART}/results"),
    fhir="Observation?patient=delgado&category=laboratory",
)

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
            _RESULT_DAY,
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

CHART_SUMMARY = ChartSummary(
    BANNER, RAIL, PROBLEMS, MEDICATIONS, ALLERGIES, VITALS, RESULTS, SINCE, NOTES, (TREND,), (ALERT,), EDITOR
)
