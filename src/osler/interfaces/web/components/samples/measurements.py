"""Vital signs, trends and results: whole, partial, none."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components.results import GridCell, GridPanel, GridRow, ResultRow, ResultsCard, ResultsGrid
from osler.interfaces.web.components.samples import chart
from osler.interfaces.web.components.values import ABNORMAL, CRITICAL_LOW, HIGH, LOW, Action, Value, When
from osler.interfaces.web.components.vitals import VitalsGrid, VitalTile
from osler.render.svg.trend import Trend

VITALS = {
    "whole set": replace(chart.VITALS, id="ui-vitals-full", add=chart.add("Add vital signs", "vitals/add")),
    "some not recorded, of other days": VitalsGrid(
        (
            VitalTile(
                "bp",
                "Blood pressure",
                Value("88/50", "mmHg", CRITICAL_LOW),
                when=When("20-Nov-2026 18:40", "2026-11-20T18:40"),
                fhir="Observation/w1",
            ),
            VitalTile("hr", "Heart rate"),
            VitalTile("temp", "Temperature", Value("38.9", "°C", HIGH)),
            VitalTile("weight", "Weight", Value("12,340", "g"), when=When("02-Nov-2026", "2026-11-02")),
            VitalTile("height", "Height"),
        ),
        id="ui-vitals-some",
    ),
    "none": VitalsGrid((), id="ui-vitals-none"),
    "dated ahead alone": VitalsGrid(
        (), ahead=1, more=Action("Flowsheet", "/patients/delgado/vitals"), id="ui-vitals-ahead"
    ),
}

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
    "nothing in this span": replace(
        chart.TREND, id="ui-trend-none", title="Weight", trend=_NO_POINTS, subtitle="", table=()
    ),
}

RESULTS = {
    "eight analytes": replace(chart.RESULTS, id="ui-results-full"),
    "words, preliminary, new": ResultsCard(
        (
            ResultRow(
                "s1",
                "Urine culture",
                Value("Escherichia coli, more than 100,000 colonies per mL", "", ABNORMAL),
                When("19-Nov-2026", "2026-11-19"),
                "Observation/s1",
                status="preliminary",
            ),
            ResultRow(
                "s2",
                "HIV 1 and 2 antigen and antibody",
                Value("Negative"),
                When("19-Nov-2026", "2026-11-19"),
                "Observation/s2",
                new=True,
            ),
            ResultRow(
                "s3",
                "Troponin I, high sensitivity",
                Value("< 3", "ng/L"),
                When("19-Nov-2026", "2026-11-19"),
                "Observation/s3",
                reference="< 16",
            ),
        ),
        new_count=1,
        id="ui-results-words",
    ),
    "none": ResultsCard((), id="ui-results-none"),
    "more of them, dated ahead": ResultsCard(
        tuple(replace(each, id=f"{each.id}-of-more") for each in chart.RESULTS.rows[:3]),
        When("19-Nov-2026", "2026-11-19"),
        more=Action("All results", "/patients/delgado/results"),
        rest="9 more, 1 abnormal",
        ahead=2,
        id="ui-results-ahead",
    ),
}

_DATES = tuple(When(f"{day}-2026", "2026") for day in ("18-Nov", "12-Aug", "05-May", "03-Feb"))

GRIDS = {
    "four dates": ResultsGrid(
        _DATES,
        (
            GridPanel(
                "Basic metabolic panel",
                (
                    GridRow(
                        "Potassium",
                        "mmol/L",
                        "3.5–5.1",
                        (
                            GridCell(Value("5.6", "", HIGH), "Observation/g1"),
                            GridCell(Value("5.1")),
                            GridCell(Value("4.9")),
                            GridCell(Value("4.7")),
                        ),
                    ),
                    GridRow(
                        "eGFR",
                        "mL/min/1.73 m²",
                        "> 60",
                        (
                            GridCell(Value("52", "", LOW)),
                            GridCell(Value("58", "", LOW)),
                            GridCell(None),
                            GridCell(Value("61")),
                        ),
                        chart.EGFR,
                    ),
                ),
            ),
            GridPanel(
                "Other tests",
                (
                    GridRow(
                        "Hemoglobin A1c",
                        "%",
                        "< 5.7",
                        (
                            GridCell(Value("8.4", "", HIGH)),
                            GridCell(Value("7.6", "", HIGH)),
                            GridCell(None),
                            GridCell(None),
                        ),
                    ),
                ),
            ),
        ),
        id="ui-grid-full",
    )
}
