"""What is said of one new order: allergies, duplicates, doses, kidney, pregnancy, and what was not checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from osler.decisions.drug_checks import check
from osler.decisions.facts import Acceptance, Dose, Order, PatientFacts, SiteRules
from osler.decisions.findings import Finding, Kind, Level
from osler.decisions.tables import citations, sourced_rows
from tests.unit.decisions.ordering import allergic_to, order, tablets

ADULT = PatientFacts(age_years=Decimal(40), weight_kg=Decimal(70), female=False, pregnant=False, egfr=Decimal(90))
CHILD = PatientFacts(age_years=Decimal(6), weight_kg=Decimal(20), female=False, pregnant=False, egfr=Decimal(100))


def of(kind: Kind, findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.kind is kind]


def levels(kind: Kind, findings: list[Finding]) -> list[Level]:
    return [each.level for each in of(kind, findings)]


def test_an_order_that_is_not_known_is_not_checked():
    (finding,) = check(Order("zzz 5 mg", None), [order("warfarin 5 mg")], [allergic_to("penicillin g")], ADULT)
    assert (finding.kind, finding.level) == (Kind.UNRESOLVED, Level.NOT_CHECKED)


def test_an_active_drug_that_is_not_known_is_told_and_the_others_are_checked():
    findings = check(order("warfarin 5 mg"), [Order("zzz", None), order("aspirin 81 mg")], patient=ADULT)
    assert Level.NOT_CHECKED in levels(Kind.UNRESOLVED, findings)
    assert of(Kind.INTERACTION, findings)


def test_a_part_that_is_not_known_is_told():
    findings = check(order("lisinopril/foobarol 10 mg"), patient=ADULT)
    assert [each.level for each in findings] == [Level.NOT_CHECKED]
    assert "foobarol" in findings[0].text


ALLERGIES = [
    ("amoxicillin 500 mg", ("penicillin g",), (), Level.INTERRUPTIVE),
    ("amoxicillin 500 mg", (), ("allergy penicillins",), Level.INTERRUPTIVE),
    ("Augmentin 875", ("amoxicillin",), (), Level.INTERRUPTIVE),
    ("cephalexin 500 mg", ("amoxicillin",), (), Level.INTERRUPTIVE),
    ("cefazolin", ("amoxicillin",), (), Level.NOTICE),
    ("ceftriaxone 1 g", ("cefepime",), (), Level.INTERRUPTIVE),
    ("ceftriaxone 1 g", ("cephalexin",), (), Level.NOTICE),
    ("aztreonam", ("ceftazidime",), (), Level.INTERRUPTIVE),
    ("meropenem", (), ("allergy penicillins",), Level.NOTICE),
    ("Bactrim DS", (), ("allergy sulfonamide antibiotics",), Level.INTERRUPTIVE),
    ("furosemide 40 mg", (), ("allergy sulfonamide antibiotics",), Level.NOTICE),
    ("ibuprofen 400 mg", ("aspirin",), (), Level.INTERRUPTIVE),
    ("hydromorphone 2 mg", ("morphine",), (), Level.INTERRUPTIVE),
    ("fentanyl", ("morphine",), (), Level.NOTICE),
    ("lisinopril 10 mg", ("enalapril",), (), Level.INTERRUPTIVE),
    ("losartan 50 mg", ("enalapril",), (), Level.NOTICE),
    ("propofol", (), ("egg",), Level.INTERRUPTIVE),
    ("iohexol", (), ("allergy iodinated contrast",), Level.INTERRUPTIVE),
    ("hydrocortisone topical cream", ("hydrocortisone",), (), Level.INTERRUPTIVE),
]


@pytest.mark.parametrize(("text", "ingredients", "groups", "level"), ALLERGIES)
def test_an_allergy_is_told_with_what_cross_reacts(text, ingredients, groups, level):
    findings = of(Kind.ALLERGY, check(order(text), allergies=[allergic_to(*ingredients, groups=groups)], patient=ADULT))
    assert level in [each.level for each in findings]
    assert all(each.source for each in findings)


@pytest.mark.parametrize(
    ("text", "ingredient"),
    [("azithromycin", "penicillin g"), ("aztreonam", "amoxicillin"), ("acetaminophen", "ibuprofen")],
)
def test_what_does_not_cross_react_is_silent(text, ingredient):
    assert of(Kind.ALLERGY, check(order(text), allergies=[allergic_to(ingredient)], patient=ADULT)) == []


def test_latex_in_packages_is_not_checked():
    findings = check(
        order("enoxaparin sodium 100 MG/ML Prefilled Syringe"),
        allergies=[allergic_to(groups=("latex",))],
        patient=ADULT,
    )
    assert of(Kind.ALLERGY, findings) == [] or levels(Kind.ALLERGY, findings) == [Level.NOT_CHECKED]


def test_the_same_drug_twice_is_told_once_however_often_it_is_taken():
    active = [order("lisinopril 10 mg"), order("Zestril"), order("lisinopril 20 mg / hydrochlorothiazide 12.5 mg")]
    findings = of(Kind.DUPLICATE, check(order("lisinopril 5 mg"), active, patient=ADULT))
    assert [each.row for each in findings] == ["dup-same"]
    assert len(findings[0].drugs) == 4


def test_two_of_a_class_are_told_and_local_ones_are_not():
    assert of(Kind.DUPLICATE, check(order("atorvastatin 20 mg"), [order("simvastatin 20 mg")], patient=ADULT))
    assert not of(Kind.DUPLICATE, check(order("timolol eye drops"), [order("metoprolol 25 mg")], patient=ADULT))


def test_a_dose_above_the_label_interrupts():
    assert levels(Kind.DOSE, check(tablets("acetaminophen 500 MG Oral Tablet", 2, 4), patient=ADULT)) == []
    assert levels(Kind.DOSE, check(tablets("acetaminophen 500 MG Oral Tablet", 2, 6), patient=ADULT)) == [
        Level.INTERRUPTIVE
    ]
    assert levels(Kind.DOSE, check(tablets("amlodipine 10 mg", 2, 1), patient=ADULT)) == [Level.INTERRUPTIVE]


def test_a_childs_dose_is_by_weight():
    few, many = Dose(Decimal(200), "MG", Decimal(3)), Dose(Decimal(300), "MG", Decimal(3))
    assert levels(Kind.DOSE, check(order("ibuprofen", few, "oral"), patient=CHILD)) == []
    assert levels(Kind.DOSE, check(order("ibuprofen", many, "oral"), patient=CHILD)) == [Level.INTERRUPTIVE]


def test_a_dose_that_cannot_be_counted_is_not_checked():
    weightless = PatientFacts(age_years=Decimal(6))
    dose = Dose(Decimal(200), "MG", Decimal(3))
    assert levels(Kind.DOSE, check(order("ibuprofen", dose, "oral"), patient=weightless)) == [Level.NOT_CHECKED]
    assert levels(Kind.DOSE, check(order("ibuprofen", dose, "oral"))) == [Level.NOT_CHECKED]
    assert levels(Kind.DOSE, check(order("amlodipine 5 mg", Dose(Decimal(1), "ML", Decimal(1))), patient=ADULT)) == [
        Level.NOT_CHECKED
    ]


def test_doses_that_a_label_allows_are_silent():
    """An adult's ondansetron is not limited by weight, extended-release forms may hold more at once."""
    sixteen = order("ondansetron", Dose(Decimal(16), "MG", Decimal(1)), "injection")
    assert levels(Kind.DOSE, check(sixteen, patient=ADULT)) == []
    assert levels(Kind.DOSE, check(sixteen, patient=CHILD)) == [Level.INTERRUPTIVE]
    extended = order("acetaminophen", Dose(Decimal(1300), "MG", Decimal(3)), "oral")
    assert levels(Kind.DOSE, check(extended, patient=ADULT)) == []
    tramadol = order("tramadol", Dose(Decimal(300), "MG", Decimal(1)), "oral")
    assert levels(Kind.DOSE, check(tramadol, patient=ADULT)) == []


@pytest.mark.parametrize(("per_day", "expected"), [(Decimal(1) / 7, []), (Decimal(1), [Level.INTERRUPTIVE])])
def test_methotrexate_every_day_instead_of_every_week_interrupts(per_day, expected):
    fifteen = order("methotrexate", Dose(Decimal(15), "MG", per_day), "oral")
    assert levels(Kind.DOSE, check(fifteen, patient=ADULT)) == expected


def test_of_two_renal_rules_for_the_same_function_the_stricter_is_told():
    patient = PatientFacts(age_years=Decimal(60), female=False, egfr=Decimal(20))
    assert levels(Kind.RENAL, check(order("ketorolac"), patient=patient)) == [Level.INTERRUPTIVE]


INTERRUPTING = [
    ("linezolid", "sertraline 50 mg"),
    ("Vivitrol", "oxycodone 5 mg"),
    ("Paxlovid", "amiodarone 200 mg"),
    ("Paxlovid", "simvastatin 20 mg"),
    ("sumatriptan 50 mg", "dihydroergotamine"),
    ("bupropion 150 mg", "phenelzine"),
    ("allopurinol 300 mg", "azathioprine 50 mg"),
    ("triamterene", "spironolactone 25 mg"),
    ("rilpivirine", "omeprazole 20 mg"),
    ("repaglinide", "gemfibrozil 600 mg"),
    ("apomorphine", "ondansetron 4 mg"),
]


@pytest.mark.parametrize(("new", "taken"), INTERRUPTING)
def test_what_us_labels_contraindicate_interrupts_both_ways(new, taken):
    for one, other in ((new, taken), (taken, new)):
        assert Level.INTERRUPTIVE in levels(Kind.INTERACTION, check(order(one), [order(other)], patient=ADULT))


def test_codeine_is_not_for_children():
    assert Level.INTERRUPTIVE in levels(Kind.DOSE, check(order("codeine 15 mg"), patient=CHILD))


@pytest.mark.parametrize(
    ("egfr", "expected"), [(90, []), (40, [Level.NOTICE]), (20, [Level.INTERRUPTIVE]), (None, [Level.NOT_CHECKED])]
)
def test_metformin_follows_kidney_function(egfr, expected):
    patient = PatientFacts(age_years=Decimal(60), female=False, egfr=None if egfr is None else Decimal(egfr))
    assert levels(Kind.RENAL, check(order("metformin 500 mg"), patient=patient)) == expected


def test_pregnancy_rules():
    pregnant = PatientFacts(age_years=Decimal(30), female=True, pregnant=True, egfr=Decimal(90))
    (finding,) = of(Kind.PREGNANCY, check(order("isotretinoin 40 mg"), patient=pregnant))
    assert (finding.level, finding.overridable) == (Level.INTERRUPTIVE, False)
    unknown = PatientFacts(age_years=Decimal(30), female=True)
    assert levels(Kind.PREGNANCY, check(order("lisinopril 10 mg"), patient=unknown)) == [Level.NOT_CHECKED]
    for nobody in (PatientFacts(age_years=Decimal(30), female=False), PatientFacts(age_years=Decimal(70), female=True)):
        assert levels(Kind.PREGNANCY, check(order("lisinopril 10 mg"), patient=nobody)) == []


def test_french_rows_are_labeled_and_interrupt_only_when_accepted():
    new, taken = order("warfarin 5 mg"), order("fluconazole 200 mg")
    (finding,) = [each for each in check(new, [taken], patient=ADULT) if each.row.startswith("fr-")]
    assert (finding.level, finding.label) == (Level.NOTICE, "France 2020")
    accepted = Acceptance(finding.row, "Dr. Ana Ruiz", date(2026, 11, 20), Level.INTERRUPTIVE)
    again = check(new, [taken], patient=ADULT, site=SiteRules({accepted.row: accepted}))
    (interrupting,) = [each for each in again if each.row == finding.row]
    assert interrupting.level is Level.INTERRUPTIVE
    assert interrupting.label == "France 2020, accepted by Dr. Ana Ruiz on 2026-11-20"


def test_creams_do_not_interact_and_eye_drops_of_beta_blockers_do():
    assert (
        of(Kind.INTERACTION, check(order("ketoconazole topical cream"), [order("simvastatin 20 mg")], patient=ADULT))
        == []
    )
    assert of(Kind.INTERACTION, check(order("timolol eye drops"), [order("verapamil 120 mg")], patient=ADULT))


@pytest.mark.parametrize(
    "table", ["groups", "interactions", "allergies", "duplicates", "doses", "ages", "renal", "pregnancy"]
)
def test_every_row_names_a_source_with_a_date(table: str):
    rows = sourced_rows(table)
    assert rows
    assert all(citations()[row["source"]].dated for row in rows)
    names = [row["row"] for row in rows if "row" in row]
    assert len(names) == len(set(names))
