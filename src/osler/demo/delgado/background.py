"""What has been known for long: allergies, code status, smoking, vaccines, screening."""

from __future__ import annotations

from datetime import timedelta

from osler.demo.prevention import report_vaccine
from osler.demo.record import Record
from osler.demo.resources.observations import add_code_status, add_smoking_status
from osler.demo.resources.planning import add_procedure
from osler.demo.resources.problems import add_allergy
from osler.demo.resources.vaccines import give


def write_background(record: Record) -> None:
    first = record.stamp(record.ago(3640), 600)
    add_allergy(
        record, "penicillin", "anaphylaxis", criticality="high", severity="severe", recorded=first, onset="1987"
    )
    add_allergy(record, "sulfamethoxazole", "rash", criticality="low", severity="mild", recorded=first, onset="2009")
    asked = record.stamp(record.ago(466), 620)
    add_code_status(record, "full", at=asked, encounter="", by="okafor")
    add_smoking_status(record, "never", at=asked, encounter="", by="park")
    _vaccines(record)
    _screening(record)


def _vaccines(record: Record) -> None:
    for ago, product, number in ((3280, "tdap", 1), (2550, "ppsv23", 1), (2200, "zoster", 1), (2080, "zoster", 2)):
        give(record, product, at=record.stamp(record.ago(ago), 615), dose_number=number, by="park")
    for ago in (3330, 2965, 2600, 2235, 1870, 1505, 1140, 775, 410):
        report_vaccine(record, "flu", record.ago(ago), "Corner Pharmacy")
    for product, ago in (("covid-2021", 2020), ("covid-2021", 1992), ("covid-2022", 1480), ("covid-2023", 1050)):
        give(record, product, at=record.ago(ago).isoformat(), dose_number=1, primary=False, place="Corner Pharmacy")


def _screening(record: Record) -> None:
    two_years_two_months = record.today - timedelta(days=791)
    for day, outcome in (
        (record.ago(2300), "No diabetic retinopathy"),
        (record.ago(1560), "No diabetic retinopathy"),
        (record.ago(1170), "No diabetic retinopathy"),
        (two_years_two_months, "No diabetic retinopathy; return in one year"),
    ):
        add_procedure(record, "eye-screening", on=day.isoformat(), outcome=outcome)
    add_procedure(record, "colonoscopy", on=record.ago(1930).isoformat(), outcome="No polyps; repeat in 10 years")
    for ago in (2710, 1980, 1250, 520):
        add_procedure(record, "mammogram", on=record.ago(ago).isoformat(), outcome="BI-RADS 1, negative")
