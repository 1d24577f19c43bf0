"""Her laboratory results: what trends, and the five abnormal ones of three days ago."""

from __future__ import annotations

from osler.demo.record import Record
from osler.demo.resources.planning import order_labs
from osler.demo.resources.results import add_report, add_result

_DRAWS: tuple[tuple[int, dict[str, dict[str, float]]], ...] = (
    # days ago: panel: analyte: value
    (3600, {"a1c": {"a1c": 7.9}, "lipids": {"cholesterol": 228, "hdl": 44, "triglyceride": 190, "ldl": 146}, "tsh": {"tsh": 2.1}}),
    (3305, {"a1c": {"a1c": 7.2}}),
    (3170, {"lipids": {"cholesterol": 236, "hdl": 45, "triglyceride": 185, "ldl": 154}}),
    (2900, {"a1c": {"a1c": 7.8}, "lipids": {"cholesterol": 176, "hdl": 46, "triglyceride": 160, "ldl": 98}, "tsh": {"tsh": 2.4}}),
    (2550, {"a1c": {"a1c": 7.0}, "uacr": {"uacr": 14}}),
    (2185, {"a1c": {"a1c": 6.9}, "uacr": {"uacr": 17}, "lipids": {"cholesterol": 181, "hdl": 47, "triglyceride": 155, "ldl": 103}}),
    (1820, {"a1c": {"a1c": 6.8}, "uacr": {"uacr": 19}, "tsh": {"tsh": 2.0}}),
    (1455, {"a1c": {"a1c": 6.7}, "uacr": {"uacr": 22}, "lipids": {"cholesterol": 188, "hdl": 47, "triglyceride": 150, "ldl": 111}}),
    (1105, {"a1c": {"a1c": 6.9}, "uacr": {"uacr": 26}, "lipids": {"cholesterol": 194, "hdl": 48, "triglyceride": 140, "ldl": 118}}),
    (725, {
        "a1c": {"a1c": 7.0}, "uacr": {"uacr": 30}, "tsh": {"tsh": 2.2}, "cbc": {"hemoglobin": 12.9, "hematocrit": 38.8, "wbc": 6.8, "platelets": 251},
        "lipids": {"cholesterol": 176, "hdl": 48, "triglyceride": 130, "ldl": 104},
        "renal": {"potassium": 4.6, "creatinine": 0.99, "egfr": 65, "urea": 15, "sodium": 140, "chloride": 104, "bicarbonate": 25, "calcium": 9.5},
    }),
    (548, {
        "a1c": {"a1c": 7.0}, "uacr": {"uacr": 34}, "cbc": {"hemoglobin": 12.7, "hematocrit": 38.2, "wbc": 7.1, "platelets": 246},
        "renal": {"potassium": 4.7, "creatinine": 1.02, "egfr": 63, "urea": 16, "sodium": 139, "chloride": 103, "bicarbonate": 25, "calcium": 9.4},
    }),
    (367, {
        "a1c": {"a1c": 7.3}, "uacr": {"uacr": 48}, "tsh": {"tsh": 2.0}, "lipids": {"cholesterol": 154, "hdl": 48, "triglyceride": 120, "ldl": 86},
        "renal": {"potassium": 4.8, "creatinine": 1.04, "egfr": 61, "urea": 17, "sodium": 140, "chloride": 103, "bicarbonate": 25, "calcium": 9.4},
        "cbc": {"hemoglobin": 13.0, "hematocrit": 39.1, "wbc": 6.6, "platelets": 255},
    }),
    (285, {
        "a1c": {"a1c": 7.2}, "uacr": {"uacr": 58},
        "renal": {"potassium": 4.8, "creatinine": 1.07, "egfr": 59, "urea": 18, "sodium": 139, "chloride": 103, "bicarbonate": 24, "calcium": 9.5},
    }),
    (194, {
        "a1c": {"a1c": 7.1}, "tsh": {"tsh": 2.2}, "lipids": {"cholesterol": 139, "hdl": 49, "triglyceride": 110, "ldl": 72},
        "renal": {"potassium": 4.9, "creatinine": 1.08, "egfr": 58, "urea": 18, "sodium": 140, "chloride": 104, "bicarbonate": 24, "calcium": 9.3},
        "cbc": {"hemoglobin": 12.6, "hematocrit": 37.9, "wbc": 6.9, "platelets": 249},
    }),
    (103, {
        "a1c": {"a1c": 7.6}, "uacr": {"uacr": 71},
        "renal": {"potassium": 4.9, "creatinine": 1.09, "egfr": 57, "urea": 19, "sodium": 140, "chloride": 103, "bicarbonate": 24, "calcium": 9.4},
    }),
)  # fmt: skip

_NEW: dict[str, dict[str, float]] = {
    "a1c": {"a1c": 8.4},
    "renal": {"potassium": 5.6, "creatinine": 1.21, "egfr": 52, "urea": 24, "sodium": 138, "chloride": 104, "bicarbonate": 23, "calcium": 9.4},
    "uacr": {"uacr": 86},
    "lipids": {"cholesterol": 137, "hdl": 49, "triglyceride": 108, "ldl": 66},
    "cbc": {"hemoglobin": 12.8, "hematocrit": 38.4, "wbc": 7.0, "platelets": 252},
    "tsh": {"tsh": 2.1},
}  # fmt: skip
"""Resulted three days ago: five of them outside their range, the potassium critically so."""

NEW_RESULTS_AGO = 3


def write_results(record: Record) -> None:
    for ago, panels in (*_DRAWS, (NEW_RESULTS_AGO, _NEW)):
        day = record.ago(ago)
        drawn, issued = record.stamp(day, 8 * 60 + 5), record.stamp(day, 16 * 60 + 20)
        for panel, values in panels.items():
            order = order_labs(record, panel, at=record.stamp(record.ago(ago + 2), 600), by="okafor", encounter="")
            results = [add_result(record, key, value, at=drawn, issued=issued) for key, value in values.items()]
            add_report(record, panel, results, at=drawn, issued=issued, order=order["id"])
