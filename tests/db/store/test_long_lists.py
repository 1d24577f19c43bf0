"""Long OR lists: the same answers as short ones, whatever the list's length, and statements that do not grow with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from osler.fhir.search.parse import parse_query
from osler.store.search import walk
from osler.store.search.build import Build
from osler.store.search.drivers import best_driver
from osler.store.search.ways import Driver
from osler.store.search.where import where_of
from osler.store.store import Store
from osler.store.visibility import EVERYTHING
from tests.db.store.conftest import LOINC, NOW, Clinic, identifier, observation, patient

PATIENTS = ("anna", "bela", "cleo")
DAYS = (1, 2, 3)


async def fill(clinic: Clinic) -> None:
    for number, name in enumerate(PATIENTS):
        born = {"birthDate": f"19{50 + number}-01-01", "identifier": [identifier(f"mrn{number}")]}
        await clinic.create(patient(name=[{"family": name.title(), "given": ["Marsh"]}], **born), name)
        await clinic.create(
            {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}, "subject": to(f"Patient/{name}")},
            f"visit-{name}",
        )  # fmt: skip
        for day in DAYS:
            clinic.now = NOW + timedelta(days=day)
            await clinic.create(
                observation(
                    f"Patient/{name}",
                    code={"coding": [{"system": LOINC, "code": f"code{day}"}]},
                    encounter=to(f"Encounter/visit-{name}"),
                    effectiveDateTime=f"2024-05-0{day}",
                    issued=f"2024-06-0{day}T09:30:00Z",
                    valueQuantity={"value": 10 * number + day, "system": "http://unitsofmeasure.org", "code": "kg"},
                ),
                f"{name}-{day}",
            )
    clinic.now = NOW


def to(reference: str) -> dict[str, str]:
    return {"reference": reference}


def numbers(values: tuple[str, ...]) -> list[str]:
    return [str(1000 + n) for n in range(600)] + list(values)


def words(values: tuple[str, ...]) -> list[str]:
    return [f"none{n}" for n in range(600)] + list(values)


def days(values: tuple[str, ...]) -> list[str]:
    return [f"19{n // 60:02}-01-01T00:{n % 60:02}Z" for n in range(600)] + list(values)


LISTS = [
    ("Observation", "patient", ("anna", "bela"), words),
    ("Observation", "subject", ("Patient/anna", "cleo"), words),
    ("Observation", "encounter", ("visit-anna", "Encounter/visit-bela"), words),
    ("Observation", "code", (f"{LOINC}|code1", "code3"), words),
    ("Observation", "code:not", (f"{LOINC}|code1", "code3"), words),
    ("Observation", "_id", ("anna-1", "cleo-3"), words),
    ("Observation", "date", ("2024-05-01", "2024-05-03"), days),
    ("Observation", "date", ("ge2024-05-03",), days),
    ("Observation", "_lastUpdated", ((NOW + timedelta(days=1)).date().isoformat(),), days),
    ("Observation", "value-quantity", ("1", "12", "gt22"), numbers),
    ("Observation", "value-quantity", ("11000|http://unitsofmeasure.org|g",), numbers),
    ("Observation", "code-value-quantity", ("code1$1", "code2$12"), lambda v: [f"code1${n}" for n in numbers(())] + list(v)),
    ("Patient", "family", ("ann", "cle"), words),
    ("Patient", "family:contains", ("nn", "leo"), words),
    ("Patient", "family:exact", ("Anna", "Cleo"), words),
    ("Patient", "identifier", ("mrn1", "http://hl7.org/fhir/sid/us-npi|mrn2"), words),
    ("Patient", "birthdate", ("1950-01-01", "1952"), days),
    ("Observation", "subject:Patient.identifier", ("mrn0", "mrn2"), words),
    ("Observation", "subject:Patient.family", ("anna", "bel"), words),
    ("Observation", "patient._id", ("anna", "cleo"), words),
    ("Observation", "encounter.subject", ("Patient/anna", "Patient/cleo"), words),
    ("Patient", "_has:Observation:patient:code", ("code2",), words),
    ("Patient", "_has:Observation:patient:encounter", ("visit-bela",), words),
    ("Encounter", "_has:Observation:encounter:_id", ("anna-1", "cleo-2"), words),
]  # fmt: skip
NAMES = [f"{type_} {name}" for type_, name, _, _ in LISTS]


@pytest.mark.parametrize(("type_", "name", "values", "among"), LISTS, ids=NAMES)
async def test_a_long_list_finds_what_its_values_find(clinic: Clinic, monkeypatch, type_, name, values, among):
    await fill(clinic)
    asked = (name, ",".join(values))
    expected = await clinic.ids(type_, asked)
    if name == "code:not":  # what none of the others has changes nothing
        assert expected == {f"{patient}-2" for patient in PATIENTS}
    assert expected
    long = (name, ",".join(among(values)))
    for sort in ("", "_lastUpdated", "-_lastUpdated", "_id"):
        order = [("_sort", sort)] if sort else []
        assert await clinic.ids(type_, long, *order) == expected
    assert (await clinic.page(type_, long, ("_summary", "count"))).total == len(expected)
    monkeypatch.setattr(walk, "MOST_GATHERED", 0)
    assert await clinic.ids(type_, long) == expected


@pytest.mark.parametrize(("type_", "name", "values", "among"), LISTS, ids=NAMES)
async def test_a_statement_does_not_grow_with_the_list(store: Store, type_, name, values, among):
    few, many = (among(values)[-count:] for count in (200, 600))
    for driven in (True, False):
        assert statement(store, type_, name, few, driven=driven) == statement(store, type_, name, many, driven=driven)


def statement(store: Store, type_: str, name: str, values: list[str], *, driven: bool) -> tuple[str, int]:
    """The WHERE and how many arguments it has."""
    query = parse_query(type_, [(name, ",".join(values))], zone=store.zone, now=NOW)
    build = Build(store, EVERYTHING, query)
    driver: Driver | None = best_driver(build, query) if driven else None
    return where_of(build, query, driver), len(build.sql.args)


@pytest.mark.parametrize("most", [0, 4, 20_000])
@pytest.mark.parametrize("sort", ["", "date", "-date", "-_lastUpdated", "value-quantity"])
async def test_pages_of_a_long_list_are_those_of_a_short_one(clinic: Clinic, monkeypatch, sort, most):
    monkeypatch.setattr(walk, "MOST_GATHERED", most)
    await fill(clinic)
    order = [("_sort", sort)] if sort else []
    pages = [await every_page(clinic, ("patient", v), *order) for v in ("anna,cleo", ",".join(words(("anna", "cleo"))))]
    assert pages[0] == pages[1]
    assert len(pages[0]) == 3


async def every_page(clinic: Clinic, *params: tuple[str, str]) -> list[list[str]]:
    found: list[list[str]] = []
    cursor: list[tuple[str, str]] = []
    while True:
        page = await clinic.page("Observation", *params, *cursor, ("_count", "2"))
        found.append([hit.stored.id for hit in page.matches])
        if page.next is None:
            return found
        cursor = [("_cursor", page.next)]


async def test_a_list_within_a_filter_is_one_too(clinic: Clinic):
    await fill(clinic)
    asked = ",".join(words(("anna",)))
    both = await clinic.ids("Observation", ("patient", asked), ("_filter", "code eq code1 or code eq code2"))
    assert both == {"anna-1", "anna-2"}
    of_one = await clinic.ids("Observation", ("patient", "anna"), ("code", ",".join(words(("code1",)))))
    assert of_one == {"anna-1"}
