"""Who is in the tables: ingredients of the release under their own names, and every member that a class has in the release."""

from __future__ import annotations

import re
from functools import cache

import pytest

from osler.decisions.interactions import own_rows
from osler.decisions.tables import groups, sourced_rows
from osler.terminology.drugs.names import other_names, plain
from osler.terminology.drugs.tables import read_table
from tests.drug_release import drugs, release

THINGS = frozenset(("egg", "soy", "peanut"))
"""Allergens that are no drugs."""


@cache
def named() -> frozenset[str]:
    """Every ingredient that a table names, alone or in a group."""
    names = {name for members in groups().values() for name in members}
    names |= {row[column] for table, column in (("doses", "ingredient"), ("ages", "ingredient")) for row in rows(table)}
    for table in ("duplicates", "renal", "pregnancy"):
        names |= {name for row in rows(table) for name in row["ingredients"].split(", ")}
    names |= {row[side] for row in rows("allergies") for side in ("allergen", "ordered")}
    names |= {side for row in own_rows() for side in (row.one, row.other)}
    names |= {row["ingredient"] for row in read_table("schedules")}
    return frozenset(names - set(groups()) - THINGS)


def rows(table: str) -> list[dict[str, str]]:
    return sourced_rows(table)


def test_every_name_is_an_ingredients_own():
    wrong = [name for name in sorted(named()) if [each.name for each in drugs().ingredients(name)] != [name]]
    assert wrong == []


def test_every_code_is_an_ingredient_of_the_release_with_that_name(capsys):
    """By its name, or by the name that our synonyms say it also has."""
    coded = {name: drugs().ingredients(name)[0].code for name in sorted(named())}
    wrong = []
    for name, code in coded.items():
        concept = release().find(code) if code else None
        if concept and (concept.value("tty") not in ("IN", "PIN") or not _same(concept.display, name)):
            wrong.append((name, code, concept.display))
    with capsys.disabled():
        print(f"\n{len(coded)} ingredients in the tables, {sum(map(bool, coded.values()))} with a code of the release")
    assert wrong == []


def _same(display: str, name: str) -> bool:
    return plain(display) == plain(name) or name in other_names().get(plain(display), ())


def test_every_synonym_means_an_ingredient_that_is_known():
    wrong = [
        (other, name)
        for other, names in other_names().items()
        for name in names
        if [each.name for each in drugs().ingredients(name)] != [name]
    ]
    assert wrong == []


def test_no_ingredient_stands_twice_in_a_row():
    lists = [(row["group"], row["ingredients"]) for row in rows("groups")]
    lists += [(row["row"], row["ingredients"]) for table in ("duplicates", "renal", "pregnancy") for row in rows(table)]
    assert [name for name, names in lists if len(set(names.split(", "))) != len(names.split(", "))] == []


def test_every_group_is_used():
    used = {side for row in own_rows() for side in (row.one, row.other)}
    used |= {row[side] for row in rows("allergies") for side in ("allergen", "ordered")}
    used |= {name for table in ("renal", "pregnancy") for row in rows(table) for name in row["ingredients"].split(", ")}
    assert sorted(set(groups()) - used) == []


CLASSES = {
    "dup-01": ("statin$", "cilastatin nystatin pentostatin"),
    "dup-02": ("pril$", ""),
    "dup-03": ("sartan$", ""),
    "dup-04": ("prazole$", "aripiprazole brexpiprazole dapiprazole"),
    "dup-10": ("xaban$|gatran|parin$", ""),
    "dup-11": ("olol$|alol$", "carteolol levobunolol metipranolol"),
    "dup-12": ("dipine$", ""),
    "dup-14": ("semide$|tanide$", ""),
    "dup-16": ("gliptin$|glutide$", "teduglutide"),
    "dup-17": ("gliflozin$", ""),
    "dup-18": ("triptan$", ""),
    "dup-19": ("afil$", ""),
    "dup-26": ("steride$", ""),
    "dup-31": ("setron$", "alosetron"),
    "us triptans": ("triptan$", ""),
    "us benzodiazepines": ("azolam$|azepam$|remimazolam", ""),
    "us sleeping pills": ("orexant$|zolpidem|zaleplon|zopiclone", ""),
    "us boxed opioids": ("fentan|codeine$|codone$|morph(in)?one$|meperidine|methadone", "benzhydrocodone methylnaltrexone naltrexone"),
    "us 5-ht3 antagonists": ("setron$", ""),
    "us hiv protease inhibitors": ("navir$", ""),
    "us direct oral anticoagulants": ("xaban$|gatran", ""),
    "allergy penicillins": ("cillin$", ""),
    "allergy cephalosporins": ("^cef|^ceph", ""),
    "allergy carbapenems": ("penem$", ""),
    "allergy tetracyclines": ("cycline$", "tigecycline"),
    "allergy quinolones": ("oxacin$", ""),
    "allergy macrolides": ("thromycin$", ""),
    "allergy ace inhibitors": ("pril$", ""),
    "allergy arbs": ("sartan$", ""),
    "allergy nsaids": ("profen$|fenac$|oxicam$|coxib$", ""),
    "allergy heparins": ("parin$", ""),
}  # fmt: skip
"""Stems of names that a class has (USAN), and names with such an end that are something else."""


@pytest.mark.parametrize("name", CLASSES)
def test_every_drug_of_the_release_with_the_stem_of_a_class_is_in_it(name: str):
    stem, others = CLASSES[name]
    of_stem = {each for each in _ingredients() if re.search(stem, each.split(" ")[0])} - set(others.split())
    assert sorted(of_stem - _members(name)) == []


@cache
def _ingredients() -> frozenset[str]:
    """The base ingredients of the release."""
    known = (each.name for _, name in drugs()._source.named("IN") for each in drugs().ingredients(name))
    return frozenset(name for name in known if " / " not in name)


def _members(name: str) -> set[str]:
    if name.startswith("dup-"):
        return {each for row in rows("duplicates") if row["row"] == name for each in row["ingredients"].split(", ")}
    return set(groups()[name])
