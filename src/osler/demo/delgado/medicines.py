"""Her seven medicines, and the ones before them."""

from __future__ import annotations

from datetime import date

from osler.demo.record import Record
from osler.demo.resources.medications import finish, prescribe, report_taking, stop

_BEFORE = (
    # drug, days ago begun, days ago ended, why it was stopped (empty: replaced or run out)
    ("metformin-500", 3640, 3310, ""),
    ("glipizide-5", 2900, 1210, "Two low sugars at night"),
    ("lisinopril-10", 3300, 262, "Dose increased"),
    ("atorvastatin-20", 3180, 1100, "Dose increased"),
    ("sertraline-50", 2890, 2860, "Dose increased"),
    ("sertraline-100", 2860, 1420, "Dose reduced in remission"),
    ("metformin-1000", 3310, 440, ""),
    ("atorvastatin-40", 1100, 365, ""),
    ("sertraline-50", 1420, 340, ""),
)

_NOW = (
    # drug, problem, days ago ordered, refills left, days from today that the supply lasts
    ("metformin-1000", "diabetes-ckd", 440, 4, 21),
    ("empagliflozin-10", "diabetes-ckd", 400, 2, 9),
    ("lisinopril-20", "hypertension", 262, 3, 58),
    ("amlodipine-5", "hypertension", 195, 3, 58),
    ("atorvastatin-40", "hyperlipidemia", 365, 1, 73),
    ("sertraline-50", "depression-remission", 340, 5, 110),
)


def write_medicines(record: Record) -> None:
    for drug, begun, ended, why in _BEFORE:
        day = record.ago(begun)
        prescribe(record, drug, on=day, at=_ordered(record, day), by="okafor")
        if why:
            stop(record, drug, on=record.ago(ended), why=why)
        else:
            finish(record, drug, on=record.ago(ended))
    for drug, problem, begun, refills, lasts in _NOW:
        day = record.ago(begun)
        prescribe(
            record,
            drug,
            on=day,
            at=_ordered(record, day),
            by="okafor",
            reason=problem,
            refills=refills,
            runs_out=record.ago(-lasts),
        )
    reported = record.ago(49)
    naproxen = report_taking(
        record, "naproxen-220", at=record.stamp(reported, 15 * 60 + 40), by="okafor",
        note="First mentioned at the emergency visit; takes it most days for knee pain.",
    )  # fmt: skip
    naproxen["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"] = {"start": record.ago(64).isoformat()}


def _ordered(record: Record, day: date) -> str:
    return record.stamp(day, 10 * 60 + 5)
