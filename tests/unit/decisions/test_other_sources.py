"""Our tables held against what others published: the French groups, and the CDC's list of controlled drugs."""

from __future__ import annotations

import csv
import os
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from osler.decisions.findings import Level
from osler.decisions.french import french_groups, strictness_of
from osler.decisions.interactions import interactions, own_rows
from osler.decisions.tables import groups, members, sourced_rows
from osler.terminology.drugs.schedules import schedule
from osler.terminology.drugs.tables import read_table
from tests.drug_release import drugs
from tests.shared import BESIDE

CONTROLLED = Path(os.environ.get("OSLER_SHARED", BESIDE)) / "knowledge/drugs/cdc2016_controlled_drug_classes.csv"
NOT_CONTROLLED = "6"
SCHEDULES = {2: "II", 3: "III", 4: "IV", 5: "V"}

SAME = {
    "fr:ACE inhibitors": ("allergy ace inhibitors", ""),
    "fr:angiotensin receptor blockers": ("allergy arbs", ""),
    "fr:NSAIDs": ("allergy nsaids", ""),
    "fr:PDE5 inhibitors": ("pde5 inhibitors", ""),
    "fr:nitrates": ("nitrates", "isosorbide"),
    "fr:aminoglycosides": ("allergy aminoglycosides", ""),
    "fr:tetracyclines": ("allergy tetracyclines", "tigecycline"),
    "fr:macrolides": ("allergy macrolides", ""),
    "fr:fluoroquinolones": ("allergy quinolones", ""),
    "fr:penicillins": ("allergy penicillins", ""),
    "fr:antibacterial sulfonamides": ("allergy sulfonamide antibiotics", ""),
    "fr:strong CYP3A4 inhibitors": ("us strong 3a4 inhibitors", "erythromycin"),
    "fr:vasoconstricting ergots": ("us ergots", ""),
    "fr:proton pump inhibitors": ("us ppi", ""),
    "fr:triptans": ("us triptans", ""),
    "fr:potassium-sparing diuretics": ("us potassium-sparing diuretics", ""),
    "fr:statins": ("dup-01", ""),
    "fr:H2 blockers": ("dup-05", "ranitidine"),
    "fr:SSRIs": ("dup-07", ""),
    "fr:dihydropyridines": ("dup-12", ""),
    "fr:sulfonylureas": ("dup-15", ""),
    "fr:DPP-4 inhibitors": ("dup-16", ""),
    "fr:bisphosphonates": ("dup-20", ""),
    "fr:5-alpha reductase inhibitors": ("dup-26", ""),
}
"""A French group, ours of the same drugs, and whom we leave out: another drug in the USA, moderate, or withdrawn."""


@cache
def _of_french(group: str) -> frozenset[str]:
    """Members of a French group that the release sells."""
    of_group = (name for name, names in french_groups().items() if group in names)
    return frozenset(name for name in of_group if any(each.code for each in drugs().ingredients(name)))


@pytest.mark.parametrize("group", SAME)
def test_who_is_in_a_french_group_is_in_ours(group: str):
    name, left_out = SAME[group]
    ours = set(groups().get(name, ())) or {
        each for row in sourced_rows("duplicates") if row["row"] == name for each in row["ingredients"].split(", ")
    }
    assert _of_french(group)
    assert sorted(_of_french(group) - ours) == sorted(filter(None, left_out.split()))


def test_what_interrupts_is_mostly_known_to_the_french_table_too(capsys):
    """The most of the pairs that both tables could hold: from contraindicated (1) to note (4)."""
    levels: Counter[str] = Counter()
    french_names = set(french_groups())
    for row in own_rows():
        if row.level is Level.INTERRUPTIVE and row.row.startswith("us-"):
            for one, other in product(members(row.one), members(row.other)):
                if one != other and {one, other} <= french_names:
                    levels[_french_level(one, other)] += 1
    with capsys.disabled():
        print(f"\nour US rows that interrupt, by the French level of their pairs: {dict(sorted(levels.items()))}")
    assert levels["1"] + levels["2"] + levels["3"] > levels["none"]


def _french_level(one: str, other: str) -> str:
    levels = [strictness_of(row.row)[0] for row in interactions().between(one, other) if row.label]
    return str(min(levels)) if levels else "none"


def test_schedules_are_those_of_the_cdcs_list():
    """Of every drug in the list, each schedule that its packages are in is one that our rows can give."""
    if not CONTROLLED.is_file():
        pytest.skip("no CDC list beside the checkout (OSLER_SHARED)")
    with CONTROLLED.open(newline="") as lines:
        rows = [(row["drug"].lower(), row["dea_class_code"]) for row in csv.DictReader(lines)]
    wrong = [(name, code) for name, code in rows if not _may_be(name.removesuffix(" la").removesuffix(" sa"), code)]
    # Four packages of tramadol are listed as schedule II among 969 of IV: a slip of the list.
    assert wrong == [("tramadol sa", "2")]


def _may_be(name: str, code: str) -> bool:
    found = {row["schedule"] for row in read_table("schedules") if row["ingredient"] == name}
    drug = drugs().by_text(name)
    if code == NOT_CONTROLLED:
        return not found and (drug is None or schedule(drug) is None)
    return SCHEDULES[int(code)] in found
