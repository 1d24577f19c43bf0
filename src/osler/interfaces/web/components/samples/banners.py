"""Banners: what is listed, not known, not asked; deceased; long."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components.banner import AllergyChip, Fact, VisitLine
from osler.interfaces.web.components.samples import chart
from osler.interfaces.web.components.values import Chip, When

BORN = When("02-Jun-1955", "1955-06-02")

BANNERS = {
    "allergies listed": chart.BANNER,
    "no known allergies, code status limited": replace(
        chart.BANNER,
        id="oyelaran",
        family="Oyelaran",
        given="Samuel",
        allergy_state="none-known",
        allergies=(),
        born=BORN,
        age="71 y",
        sex="Male",
        facts=(
            Fact("Code status", "DNR · DNI", "viol", "hand"),
            Fact("Isolation", "Contact · MRSA", "warn", "shield-alert"),
        ),
        visit=VisitLine("4 East · Bed 12", "Day 3 · pneumonia"),
    ),
    "a long record number": replace(
        chart.BANNER, id="numbered", mrn="88fedc82…", whole_mrn="88fedc82-1cc1-4e01-9ef1-145bbf149bb0"
    ),
    "not asked, much not recorded": replace(
        chart.BANNER,
        id="kim",
        family="Kim",
        given="",
        born=None,
        age="",
        sex="",
        mrn="",
        pcp="",
        allergy_state="not-asked",
        allergies=(),
        allergies_href="/patients/kim/allergies/add",
        facts=(),
        visit=None,
    ),
    "deceased": replace(
        chart.BANNER,
        id="ward",
        family="Ward",
        given="Agnes",
        deceased=True,
        died=When("09-Jan-2024", "2024-01-09"),
        age="59 y",
        visit=None,
        facts=(),
    ),
    "long names, many allergies, flags": replace(
        chart.BANNER,
        id="long",
        family="Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh",
        given="Maximiliana Alexandrina Theodora",
        preferred_name="Max",
        pronouns="they/them",
        gender="Non-binary",
        flags=(Chip("Restricted record", "viol", "lock"), Chip("Another patient has this name", "warn")),
        allergies=(
            AllergyChip("latex", "contact dermatitis", "low"),
            AllergyChip("iodinated contrast", "hives", "high"),
            AllergyChip("peanut", "anaphylaxis", "high"),
            AllergyChip("codeine", "", ""),
            AllergyChip("adhesive tape", "blisters", "unable-to-assess"),
        ),
    ),
}
