"""Vital signs with their trend, and results."""

from __future__ import annotations

from osler.interfaces.web.components import format
from osler.interfaces.web.components.results import ResultRow, ResultsCard
from osler.interfaces.web.components.samples.delgado.frame import CHART, add, at
from osler.interfaces.web.components.values import CRITICAL_HIGH, HIGH, LOW, Action, Flag, Value, When
from osler.interfaces.web.components.vitals import TrendCard, TrendRow, VitalsGrid, VitalTile
from osler.render.svg.lanes import Lane, Span
from osler.render.svg.sparkline import Sparkline
from osler.render.svg.trend import Goal, Point, Series, Trend


def spark(name: str, values: tuple[float, ...], low: float | None, high: float | None, flag: Flag | None) -> Sparkline:
    direction = {"H": "high", "L": "low"}.get(flag.letter, "") if flag else ""
    state = f"critical-{direction}" if flag and flag.tone == "crit" and direction else direction
    return Sparkline(values, low=low, high=high, state=state, name=name)  # type: ignore[arg-type]


A1C = spark("Hemoglobin A1c", (7.1, 7.3, 7.2, 7.6, 8.4), None, 7.0, HIGH)
EGFR = spark("eGFR", (63, 61, 60, 58, 52), 60, None, LOW)
SYSTOLIC = spark("Systolic blood pressure", (134, 139, 137, 141, 144, 148), None, 130, HIGH)


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

RESULT_DAY = When("18-Nov-2026", "2026-11-18")


def _result(
    id: str, name: str, value: Value, values: tuple[float, ...], low: float | None, high: float | None, reference: str
) -> ResultRow:
    history = spark(name, values, low, high, value.flag)
    return ResultRow(id, name, value, RESULT_DAY, f"Observation/{id}", f"{CHART}/results/{id}", reference, history)


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
    latest=RESULT_DAY,
    new_count=5,
    more=Action("All results", f"{CHART}/results"),
    fhir="Observation?patient=delgado&category=laboratory",
)
