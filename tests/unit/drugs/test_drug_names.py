"""Free text, codes and brands find the drug, all of its ingredients, and nothing that was not said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.terminology.drugs import Drug, Drugs
from osler.terminology.drugs.forms import form_at_end
from osler.terminology.drugs.names import own_ingredients, plain
from osler.terminology.drugs.strengths import parts_of, spoken_strengths
from tests.drug_release import drugs as built_in_drugs


def found(drugs: Drugs, text: str) -> Drug:
    drug = drugs.by_text(text)
    assert drug is not None, text
    return drug


TEXTS = {
    "lisinopril 10 mg": {"lisinopril"},
    "Lisinopril 10mg tablet, take 1 daily for blood pressure": {"lisinopril"},
    "Zestril": {"lisinopril"},
    "Bactrim DS 1 tab PO BID": {"sulfamethoxazole", "trimethoprim"},
    "amlodipine/benazepril 5-20 mg": {"amlodipine", "benazepril"},
    "lisinopril 20 mg / hydrochlorothiazide 12.5 mg": {"lisinopril", "hydrochlorothiazide"},
    "warfarin sodium 5 mg": {"warfarin"},
    "lithium carbonate ER 450 mg": {"lithium"},
    "divalproex sodium 500 mg": {"valproate"},
    "hctz 25": {"hydrochlorothiazide"},
    "KCl 20 mEq": {"potassium chloride"},
    "Tylenol #3": {"acetaminophen", "codeine"},
    "Tylenol": {"acetaminophen"},
    "Lipitor 40": {"atorvastatin"},
    "Norvasc 5 mg": {"amlodipine"},
    "percocet 5/325": {"oxycodone", "acetaminophen"},
    "Augmentin 875": {"amoxicillin", "clavulanate"},
    "paracetamol": {"acetaminophen"},
    "infliximab-dyyb": {"infliximab"},
    "isosorbide mononitrate 30 mg": {"isosorbide mononitrate"},
    "adalimumab-aaty 40 mg": {"adalimumab"},
    "lidocaine 1% w/ epi": {"lidocaine", "epinephrine"},
    "guaifenesin 100 mg/codeine 10 mg per 5 ml": {"codeine", "guaifenesin"},
    "metoprolol succ 50": {"metoprolol"},
    "Ventolin HFA 2 puffs": {"albuterol"},
    "Paxlovid": {"nirmatrelvir", "ritonavir"},
    "Coumadin 5": {"warfarin"},
    "Eliquis 5 mg": {"apixaban"},
    "clopidogrel bisulfate 75 mg": {"clopidogrel"},
    "edoxaban tosylate": {"edoxaban"},
    "albuterol 2.5 mg inh q4h": {"albuterol"},
}


@pytest.mark.parametrize("text", TEXTS)
def test_words_name_every_ingredient(drugs: Drugs, text: str):
    drug = found(drugs, text)
    assert drug.names == TEXTS[text]
    assert drug.unknown == ()


@pytest.mark.parametrize(
    "text", ["", "   ", "foobar 10 mg", "blue pill", "10 mg", "take one daily", "lisinop", "x" * 10_000, "\0\0"]
)
def test_what_names_no_drug_is_none(drugs: Drugs, text: str):
    assert drugs.by_text(text) is None


def test_a_part_that_is_not_known_is_kept_as_unknown(drugs: Drugs):
    drug = found(drugs, "lisinopril/foobarol 10 mg")
    assert drug.names == {"lisinopril"}
    assert drug.unknown == ("foobarol",)


UNKNOWN_PARTS = {
    "lisinopril 10 mg / foobarol 5 mg": "foobarol",
    "acetaminophen 325 mg + foobarol 10 mg": "foobarol",
    "loratadine-D 24 hour": "d",
    "ibuprofen PM": "pm",
    "amoxicillin-clav 875": "clav",
}


@pytest.mark.parametrize("text", UNKNOWN_PARTS)
def test_no_part_of_a_combination_is_lost(drugs: Drugs, text: str):
    assert found(drugs, text).unknown == (UNKNOWN_PARTS[text],)


MISSPELLED = [
    "lisinpril 10",
    "metforman",
    "warfrin",
    "clonopin",
    "atorvastain",
    "prednisolne",
    "clonadine",
    "MTX",
    "levo",
]


@pytest.mark.parametrize("text", MISSPELLED)
def test_misspelled_and_ambiguous_names_are_none(drugs: Drugs, text: str):
    assert drugs.by_text(text) is None


@pytest.mark.parametrize("code", ["236991", "847020", "1037041", "1599564", "1364436"])
def test_salts_and_brands_of_value_sets_are_the_drugs_that_they_are(drugs: Drugs, code: str):
    drug = drugs.by_code(code)
    assert drug is not None
    assert drug.names <= {"clopidogrel", "prasugrel", "dabigatran etexilate", "edoxaban", "apixaban"}


@pytest.mark.parametrize("text", ["Zestril HCT 20 mg", "Lipitor #7", "Norvasc D", "Lipitor/niacinol"])
def test_a_brand_with_a_word_that_makes_it_another_product_is_not_taken_for_the_brand(drugs: Drugs, text: str):
    assert found(drugs, text).unknown != ()


def test_an_order_in_words_finds_the_clinical_drug(drugs: Drugs):
    drug = found(drugs, "lisinopril 10 mg")
    assert (drug.code, drug.form, drug.route) == ("314076", "Oral Tablet", "oral")
    assert drug.strength_of("lisinopril") == next(iter(drug.strengths))


def test_a_clinical_drug_lists_ingredients_that_its_relations_lack(drugs: Drugs):
    drug = drugs.by_code("1000001")
    assert drug is not None
    assert drug.names == {"amlodipine", "hydrochlorothiazide", "olmesartan"}
    assert {str(each.amount) for each in drug.strengths} == {"5", "25", "40"}


def test_a_pack_lists_what_is_in_it_but_for_the_inert(drugs: Drugs):
    drug = drugs.by_code("748856")
    assert drug is not None
    assert drug.names == {"drospirenone", "ethinyl estradiol"}
    assert drug.brand == "Yaz 28 Day"


def test_eye_drops_are_local_and_tablets_are_not(drugs: Drugs):
    assert found(drugs, "timolol eye drops").local
    assert not found(drugs, "timolol 10 mg").local
    assert form_at_end("timolol 5 MG/ML Ophthalmic Solution").route == "ophthalmic"


def test_strengths_are_read_from_names():
    (part,) = parts_of("2 ML digoxin 0.25 MG/ML Injection")
    assert part == ("digoxin", Decimal("0.25"), "MG", "ML")
    assert [each.name for each in parts_of("5 ML foo sodium 2 MG/ML / bar 1 MG/ML Injection [Baz]")] == [
        "foo sodium",
        "bar",
    ]
    assert parts_of("0.25 MG, 0.5 MG Dose 3 ML semaglutide 0.68 MG/ML Pen Injector")[0].name == "semaglutide"


def test_strengths_are_read_from_words():
    (spoken,) = spoken_strengths("amoxicillin 250mg/5ml")
    assert (spoken.amounts, spoken.unit, spoken.per) == ((Decimal(50),), "MG", "ML")
    assert spoken_strengths("levothyroxine 50 mcg")[0].amounts == (Decimal("0.050"),)
    assert spoken_strengths("ceftriaxone 1 g")[0].amounts == (Decimal(1000),)


def test_nearly_all_of_the_release_is_understood(drugs: Drugs):
    """Every ingredient, salt and combination, and a spread of products: none without an answer."""
    release = drugs._source
    asked = [code for kind in ("IN", "PIN", "MIN") for code, _ in release.named(kind)]
    for kind in ("SCD", "SBD", "BN", "GPCK", "BPCK"):
        asked += [code for code, _ in release.named(kind)][::13]
    answers = {code: drugs.by_code(code) for code in asked}
    without = [code for code, drug in answers.items() if drug is None or not (drug.ingredients or drug.unknown)]
    partly = [code for code, drug in answers.items() if drug and drug.unknown]
    print(f"{len(asked):,} codes: {len(without)} without an answer, {len(partly)} with a part that is not known")
    assert len(without) <= 5
    assert len(partly) < len(asked) / 100


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str):
    drug = built_in_drugs().by_text(text)
    assert drug is None or drug.ingredients


@given(
    st.sampled_from(sorted(own_ingredients().values())),
    st.sampled_from(["", " 10 mg", " TABLETS", " hydrochloride 5 mg"]),
)
def test_our_own_ingredients_are_known_by_name(name: str, rest: str):
    drug = built_in_drugs().by_text(name + rest)
    assert drug is not None
    assert plain(name) in {plain(each.name) for each in drug.ingredients} or drug.ingredients
