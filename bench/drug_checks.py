"""What all drug checks of one new order cost, against 30 drugs that the patient takes; and finding the drugs themselves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from decimal import Decimal

from bench.report import Line
from osler.decisions.drug_checks import check
from osler.decisions.facts import Allergy, Order, PatientFacts
from osler.terminology.catalog import Catalog
from osler.terminology.drugs import Drugs

ACTIVE = 30
REACH_MS = 20.0
STRETCH_MS = 5.0
ALLERGIES = [
    Allergy("penicillin", groups=("allergy penicillins",)),
    Allergy("sulfa", groups=("allergy sulfonamide antibiotics",)),
    Allergy("morphine", ("morphine",)),
]
PATIENT = PatientFacts(age_years=Decimal(71), weight_kg=Decimal(80), female=True, pregnant=False, egfr=Decimal(41))
NEW = (
    "warfarin 5 mg",
    "clarithromycin 500 mg",
    "ibuprofen 600 mg",
    "citalopram 20 mg",
    "Bactrim DS",
    "simvastatin 40 mg",
)


def bench_drug_checks(rounds: int = 300, seed: int = 1) -> list[Line]:
    """Three lines: the checks with drugs found already, with everything found anew, and one text."""
    release = Catalog.builtin().of("rxnorm")
    if release is None:
        raise LookupError("There is no built-in RxNorm release.")
    drugs = Drugs(release)
    drugs.words.find("")
    codes = _clinical_drugs(drugs, random.Random(seed))
    texts = [random.Random(seed + number).choice(NEW) for number in range(rounds)]

    def warm(number: int) -> int:
        return len(check(_order(drugs, texts[number]), active, ALLERGIES, PATIENT))

    def cold(number: int) -> int:
        fresh = Drugs(release)
        fresh.words = drugs.words
        start = number * ACTIVE % (len(codes) - ACTIVE)
        taken = [Order(code, fresh.by_code(code)) for code in codes[start : start + ACTIVE]]
        return len(check(_order(fresh, texts[number]), taken, ALLERGIES, PATIENT))

    active = [Order(code, drugs.by_code(code)) for code in codes[:ACTIVE]]
    for text in NEW:
        check(_order(drugs, text), active, ALLERGIES, PATIENT)
    return [
        _line(f"all drug checks, one order against {ACTIVE} drugs", warm, rounds, REACH_MS, STRETCH_MS),
        _line(f"the same, with {ACTIVE + 1} drugs found anew", cold, min(rounds, 100), REACH_MS, None),
    ]


def _order(drugs: Drugs, text: str) -> Order:
    return Order(text, drugs.by_text(text))


def _clinical_drugs(drugs: Drugs, chance: random.Random) -> list[str]:
    """Systemic drugs, one of a hundred names that rules know being as likely as any other."""
    words = ("warfarin", "lisinopril", "metoprolol", "digoxin", "lithium", "fluoxetine", "phenytoin", "methotrexate", "tramadol",
             "clopidogrel", "furosemide", "spironolactone", "insulin glargine", "levothyroxine", "omeprazole", "gabapentin",
             "metformin", "prednisone", "sertraline", "quetiapine", "diltiazem", "ciprofloxacin", "ketorolac", "potassium chloride")  # fmt: skip
    codes = [code for word in words for each in drugs.ingredients(word) for code in drugs.clinical_drugs_of(each.code)]
    return chance.sample(sorted(codes), min(len(codes), 400))


def _line(name: str, does: Callable[[int], int], rounds: int, reach: float, stretch: float | None) -> Line:
    times: list[float] = []
    findings = 0
    for number in range(rounds):
        before = time.perf_counter()
        findings += does(number)
        times.append((time.perf_counter() - before) * 1000)
    times.sort()
    p50, p95, p99 = (times[min(len(times) - 1, int(len(times) * part))] for part in (0.5, 0.95, 0.99))
    return Line(
        name, p95, "ms p95", reach, stretch, low_is_good=True, p50_ms=p50, p95_ms=p95, p99_ms=p99,
        notes=f"{findings / rounds:.0f} findings each",
    )  # fmt: skip


if __name__ == "__main__":
    from bench.report import table

    print(table(bench_drug_checks()))
