"""One invented patient's chart as view-models: the page of the design picture, for the gallery and for tests."""

from __future__ import annotations

from osler.interfaces.web.components.chart import ChartSummary
from osler.interfaces.web.components.samples.delgado.frame import BANNER, PAGE, RAIL, add, at
from osler.interfaces.web.components.samples.delgado.lists import ALLERGIES, MEDICATIONS, PROBLEMS
from osler.interfaces.web.components.samples.delgado.measurements import EGFR, RESULTS, TREND, VITALS
from osler.interfaces.web.components.samples.delgado.stories import ALERT, EDITOR, NOTES, SINCE

CHART_SUMMARY = ChartSummary(
    BANNER, RAIL, PROBLEMS, MEDICATIONS, ALLERGIES, VITALS, RESULTS, SINCE, NOTES, (TREND,), (ALERT,), EDITOR
)

__all__ = [
    "ALERT", "ALLERGIES", "BANNER", "CHART_SUMMARY", "EDITOR", "EGFR", "MEDICATIONS", "NOTES", "PAGE", "PROBLEMS", "RAIL", "RESULTS",
    "SINCE", "TREND", "VITALS", "add", "at",
]  # fmt: skip
