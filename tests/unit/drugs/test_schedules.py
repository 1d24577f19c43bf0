"""The federal schedule follows from the ingredients, and for some opioids from the amount."""

from __future__ import annotations

import pytest

from osler.terminology.drugs import Drugs
from osler.terminology.drugs.schedules import schedule
from osler.terminology.drugs.tables import read_table

SCHEDULES = {
    "oxycodone 5 mg": "II",
    "Norco": "II",
    "Adderall": "II",
    "codeine sulfate 30 mg": "II",
    "acetaminophen 300 mg / codeine phosphate 30 mg": "III",
    "codeine 2 mg/ml / guaifenesin 20 mg/ml": "V",
    "diphenoxylate 2.5 mg / atropine 0.025 mg": "V",
    "dronabinol": "II",
    "dronabinol 5 mg": "III",
    "Marinol": "III",
    "testosterone": "III",
    "buprenorphine / naloxone": "III",
    "zolpidem 10 mg": "IV",
    "tramadol 50 mg": "IV",
    "Lyrica": "V",
    "lisinopril 10 mg": None,
    "gabapentin 300 mg": None,
}


@pytest.mark.parametrize("text", SCHEDULES)
def test_the_schedule_of_a_drug(drugs: Drugs, text: str):
    drug = drugs.by_text(text)
    assert drug is not None
    found = schedule(drug)
    assert (found.name if found else None) == SCHEDULES[text]


def test_every_listed_ingredient_is_known_and_has_a_paragraph(drugs: Drugs):
    rows = read_table("schedules")
    assert len({row["ingredient"] for row in rows}) > 100
    assert [row for row in rows if not row["paragraph"].startswith("1308.1")] == []
    unknown = [
        row["ingredient"]
        for row in rows
        if [each.name for each in drugs.ingredients(row["ingredient"])] != [row["ingredient"]]
    ]
    assert unknown == []
