"""python -m bench.value_sets: what the operations of the terminology service cost, without HTTP.

Each question is asked as a request asks it: of a terminology with a library of its own, so that value sets are composed
anew every time. The validator's short question is asked of one that stays.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bench.report import Line, table
from osler.core.errors import OslerError
from osler.terminology.catalog import Catalog
from osler.terminology.valuesets import Asked, Expanding, Members, Shelf, Terminology, Translating
from osler.terminology.valuesets.packed import packed

ICD, LOINC, RXNORM = (
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://loinc.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
)
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
US_CORE = "http://hl7.org/fhir/us/core/ValueSet/"
R4 = "http://hl7.org/fhir/ValueSet/"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROUNDS = 15
EXPAND_MS, VALIDATE_MS, MEMBER_MS, REFUSE_MS = 30.0, 2.0, 0.02, 1000.0

FILTERED = (
    (f"{ICD}?fhir_vs", ("htn", "diab", "dm2 w ckd", "fracture of fem", "e11", "foot ulcer")),
    (f"{ICD}?fhir_vs=isa/E11", ("kidney", "foot", "neuro")),
    (f"{RXNORM}?fhir_vs", ("amox 500", "lisin", "metf er")),
    (f"{LOINC}?fhir_vs", ("a1c", "gluc", "hemoglobin")),
    (US_CORE + "us-core-condition-code", ("asthma", "chest pain", "fall")),
    (US_CORE + "us-core-procedure-code", ("knee", "injection")),
    (R4 + "service-type", ("card", "a")),
    ("http://terminology.hl7.org/ValueSet/v3-ActCode", ("visit", "cov")),
    (R4 + "ucum-units", ("mg", "mmol/L")),
)
VALIDATED = (
    (R4 + "administrative-gender", Asked("male", "http://hl7.org/fhir/administrative-gender", display="Male")),
    (f"{ICD}?fhir_vs=isa/E11", Asked("E11.621", ICD)),
    (f"{ICD}?fhir_vs", Asked("I10", ICD)),
    (US_CORE + "us-core-condition-code", Asked("E11.9", ICD)),
    (US_CORE + "omb-race-category", Asked("2106-3", "urn:oid:2.16.840.1.113883.6.238")),
    ("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", Asked("AMB", ACT)),
    (R4 + "all-languages", Asked("en-US", "urn:ietf:bcp:47")),
    (R4 + "ucum-units", Asked("mg/dL", "http://unitsofmeasure.org")),
)


def bench_value_sets() -> list[Line]:
    """What the operations of the terminology service take, and what they refuse."""
    catalog = Catalog.builtin()
    return [unpacking(), *every_question(catalog), validator(catalog), *hostile()]


def main() -> int:
    lines = bench_value_sets()
    print(table(lines))
    return 1 if any(line.verdict == "BELOW" or line.errors for line in lines) else 0


def unpacking() -> Line:
    packed.cache_clear()
    return _line("unpack what is built in", [_timed(packed)], 60.0)


def every_question(catalog: Catalog) -> list[Line]:
    def fresh() -> Terminology:
        return Terminology(catalog, Shelf())

    expanding = [
        lambda url=url, text=text: fresh().expand(url, Expanding(filter=text, count=20, incomplete_ok=True), now=NOW)
        for url, texts in FILTERED
        for text in texts
    ]
    paging = [
        lambda offset=offset: fresh().expand(f"{ICD}?fhir_vs", Expanding(offset=offset, count=50), now=NOW)
        for offset in (0, 1_000, 90_000)
    ]
    validating = [lambda url=url, asked=asked: fresh().validate_in_value_set([asked], url) for url, asked in VALIDATED]
    mapped = Translating("home", "http://hl7.org/fhir/address-use")
    return [
        _line("$expand with filter", _times(expanding), EXPAND_MS),
        _line("$expand, a page of 98,000 codes", _times(paging), EXPAND_MS),
        _line("$validate-code", _times(validating), VALIDATE_MS),
        _line("$lookup", _times([lambda: fresh().lookup("E11.9", ICD), lambda: fresh().lookup("4548-4", LOINC)]), VALIDATE_MS),
        _line("$subsumes", _times([lambda: fresh().subsumes("E11", "E11.621", ICD)]), VALIDATE_MS),
        _line("$translate", _times([lambda: fresh().translate([mapped], "http://hl7.org/fhir/ConceptMap/cm-address-use-v3")]), VALIDATE_MS),
    ]  # fmt: skip


def validator(catalog: Catalog) -> Line:
    """The question of the validator and of memberOf, which value sets stay in memory for."""
    members = Members(Terminology(catalog))
    asking = [lambda url=url, asked=asked: members.member(url, asked.system, asked.code) for url, asked in VALIDATED]
    return _line("member, as the validator asks", _times(asking), MEMBER_MS)


def hostile() -> list[Line]:
    """Value sets that were written to hold the server up."""
    twice = [_value_set(f"http://x.test/{n}", *[{"valueSet": [f"http://x.test/{n + 1}"]}] * 2) for n in range(28)]
    leaf = _value_set("http://x.test/28", {"system": ACT})
    evil = {"property": "display", "op": "regex", "value": "(([a-z ]+)+)+(([a-z]*)*)*!"}
    slow = _value_set("http://x.test/evil", {"system": ICD, "filter": [evil]})
    ring = [_value_set(f"http://x.test/r{n}", {"valueSet": [f"http://x.test/r{(n + 1) % 20}"]}) for n in range(20)]
    shelf = Shelf([*twice, leaf, slow, *ring])
    catalog = Catalog.builtin()
    named = {
        "multiplying imports": "http://x.test/0",
        "evil expression": "http://x.test/evil",
        "circle": "http://x.test/r0",
    }
    return [
        _line(f"refused: {name}", [_timed(lambda url=url: _refused(Terminology(catalog, shelf), url))], REFUSE_MS)
        for name, url in named.items()
    ]


def _refused(terminology: Terminology, url: str) -> None:
    try:
        terminology.expand(url, Expanding(), now=NOW)
    except OslerError:
        return


def _value_set(url: str, *include: object) -> dict[str, object]:
    return {"resourceType": "ValueSet", "url": url, "status": "active", "compose": {"include": list(include)}}


def _times(questions: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of every question in every round but the first, which warms the caches of the process."""
    for ask in questions:
        ask()
    gc.collect()
    return [_timed(ask) for _ in range(ROUNDS) for ask in questions]


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _line(name: str, times: list[float], reach: float) -> Line:
    ordered = sorted(times)
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.95, 0.99))
    return Line(
        name, p95, "ms", reach, low_is_good=True, p50_ms=p50, p95_ms=p95, p99_ms=p99, notes="95 of 100 are faster"
    )


if __name__ == "__main__":
    sys.exit(main())
