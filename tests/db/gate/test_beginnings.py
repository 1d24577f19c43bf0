"""What somebody types is looked up in the order of the text, and shows nothing that a search would not."""

from __future__ import annotations

from typing import Any

import pytest

from osler.access.beginnings import list_beginning
from osler.access.records import Records
from osler.core.errors import Forbidden
from osler.fhir.search.parse import parse_query
from osler.fhir.search.query import Query
from osler.workflows.finding.numbers import list_numbered
from osler.workflows.finding.reading import Wanted
from tests.db.gate.conftest import BASE, NOW, UTC, Somebody, at_site, audit, patient

SECRET = {"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}}
PEOPLE: list[dict[str, Any]] = [
    patient("a", name=[{"family": "Smith", "given": ["Anna"]}], gender="female", birthDate="1964-03-14"),
    patient("b", name=[{"family": "Smithers", "given": ["Bo"]}], gender="male"),
    patient("c", name=[{"family": "Carreño Smith", "given": ["Cy"]}], gender="female"),
    patient("d", name=[{"family": "Adams", "given": ["Smith"]}], gender="male"),
    patient("e", name=[{"family": "Smart", "given": ["Eve"]}], gender="female", **at_site("north")),
    patient("f", name=[{"family": "Smoot", "given": ["Fay"]}], gender="female", **SECRET),
    patient("g", name=[{"family": "Jones", "given": ["Gus"]}], gender="male"),
]


async def look(who: Somebody, param: str, *beginnings: str, limit: int = 20, **where: str) -> list[str]:
    query = parse_query("Patient", list(where.items()), zone=UTC, now=NOW, base_url=BASE)

    async def question(records: Records) -> list[str]:
        return [each.id for each in await list_beginning(records, query, param, beginnings, limit=limit)]

    return await who.look(question)


@pytest.fixture
async def people(everyone: Somebody) -> Somebody:
    for each in PEOPLE:
        await everyone.put(each)
    return everyone


async def test_the_order_is_that_of_the_text_and_as_many_as_are_wanted_are_read(people: Somebody) -> None:
    assert await look(people, "family", "sm") == ["e", "a", "c", "b", "f"]
    assert await look(people, "family", "sm", limit=2) == ["e", "a"]
    assert await look(people, "name", "smith") == ["a", "c", "d", "b"]
    assert await look(people, "family", "ZZ") == []


async def test_several_beginnings_are_answered_one_after_the_other_and_each_resource_once(people: Somebody) -> None:
    assert await look(people, "family", "jon", "smith", "Smi", limit=1) == ["g", "a"]
    assert await look(people, "family", "smithe", "smi") == ["b", "a", "c"]


async def test_what_else_is_asked_holds_too(people: Somebody) -> None:
    assert await look(people, "family", "sm", given="f") == ["f"]
    assert await look(people, "family", "sm", birthdate="1964") == ["a"]
    assert await look(people, "family", "sm", gender="male") == ["b"]


@pytest.mark.parametrize("roles", [("everyone",), ("panel",), ("women",), ("reader",), ("clerk",)])
@pytest.mark.parametrize("more", [{}, {"sites": frozenset({"north"})}, {"practitioner": "dr"}])
async def test_nobody_sees_more_than_a_search_shows(
    people: Somebody, somebody, roles: tuple[str, ...], more: dict[str, Any]
) -> None:
    team = {"resourceType": "CareTeam", "id": "t", "subject": {"reference": "Patient/b"}}
    await people.put({"resourceType": "Practitioner", "id": "dr"})
    await people.put(team | {"participant": [{"member": {"reference": "Practitioner/dr"}}]})
    who = somebody(*roles, **more)
    try:
        shown = await who.ids("Patient", family="sm")
    except Forbidden:
        with pytest.raises(Forbidden):
            await look(who, "family", "sm")
        return
    assert set(await look(who, "family", "sm")) == shown


async def test_it_is_refused_like_a_search_and_counted_in_the_audit(people: Somebody, somebody) -> None:
    with pytest.raises(Forbidden):
        await look(somebody("nothing"), "family", "sm")
    with pytest.raises(Forbidden):
        await look(somebody("clerk"), "family", "sm", phone="555")
    found = await look(people, "family", "smi")
    assert (await audit(people.gate))[-1][2:4] == (len(found), people.gate.store.type_id("Patient"))


async def test_within_a_transaction_it_sees_what_was_written(people: Somebody) -> None:
    query = parse_query("Patient", [], zone=UTC, now=NOW, base_url=BASE)

    async def work(records: Records) -> list[str]:
        await records.update(patient("h", name=[{"family": "Smilla"}]), "h")
        return [each.id for each in await list_beginning(records, query, "family", ["smil"], limit=5)]

    assert await people.write(work) == ["h"]


def numbered(id_: str, mrn: str, phone: str, **more: Any) -> dict[str, Any]:
    return patient(id_, identifier=[{"value": mrn}], telecom=[{"system": "phone", "value": phone}], **more)


async def by_number(who: Somebody, typed: str) -> list[str]:
    """As the palette looks for a number, exact matches first."""

    async def question(records: Records) -> list[str]:
        found = await list_numbered(records, Query("Patient"), Wanted(number=typed, raw=typed), 25)
        return [each.id for each in found.patients]

    return await who.look(question)


@pytest.fixture
async def numbers(everyone: Somebody) -> Somebody:
    for each in (
        numbered("a", "MRN-0048201", "(716) 555-0119", gender="female"),
        numbered("b", "0048202", "716.555.4820", gender="male"),
        numbered("c", "77000119", "+1 716 555 9999", gender="female", **SECRET),
        numbered("d", "48200119", "none", gender="male", **at_site("north")),
    ):
        await everyone.put(each)
    return everyone


async def test_a_record_number_is_found_by_its_beginning_and_by_its_end(numbers: Somebody) -> None:
    assert await by_number(numbers, "0048") == ["a", "b"]
    assert await by_number(numbers, "mrn0048") == ["a"]
    assert await by_number(numbers, "48") == ["d"]
    assert sorted(await by_number(numbers, "0119")) == ["a", "c", "d"]
    assert sorted(await by_number(numbers, "00119")) == ["c", "d"]
    assert await by_number(numbers, "4820") == ["d", "b"]
    assert await by_number(numbers, "19") == []


async def test_a_telephone_number_is_found_however_it_is_written(numbers: Somebody) -> None:
    for typed in ("7165550119", "17165550119", "5550119"):
        assert await by_number(numbers, typed) == ["a"]


async def test_what_has_changed_is_found_by_the_new_number_alone(numbers: Somebody) -> None:
    await numbers.put(numbered("a", "5551234", "(212) 555-7777"))
    assert await by_number(numbers, "mrn") == await by_number(numbers, "7165550119") == []
    assert await by_number(numbers, "5551") == await by_number(numbers, "7777") == ["a"]
    await numbers.delete("Patient", "a")
    assert await by_number(numbers, "5551") == await by_number(numbers, "7777") == []


@pytest.mark.parametrize("roles", [("everyone",), ("panel",), ("women",), ("reader",)])
@pytest.mark.parametrize("more", [{}, {"sites": frozenset({"north"})}, {"practitioner": "dr"}])
async def test_nobody_is_found_by_number_who_is_not_shown(
    numbers: Somebody, somebody, roles: tuple[str, ...], more: dict[str, Any]
) -> None:
    await numbers.put({"resourceType": "Practitioner", "id": "dr"})
    team = {"resourceType": "CareTeam", "id": "t", "subject": {"reference": "Patient/b"}}
    await numbers.put(team | {"participant": [{"member": {"reference": "Practitioner/dr"}}]})
    who = somebody(*roles, **more)
    try:
        shown = await who.ids("Patient")
    except Forbidden:
        with pytest.raises(Forbidden):
            await by_number(who, "0048")
        return
    for typed, meant in (("0048", "ab"), ("0119", "acd"), ("4820", "bd"), ("5559999", "c"), ("77000119", "c")):
        assert set(await by_number(who, typed)) == shown & set(meant)


async def test_who_is_not_shown_telephones_finds_nobody_by_them(numbers: Somebody, somebody) -> None:
    clerk = somebody("clerk")
    assert await by_number(clerk, "5550119") == await by_number(clerk, "9999") == []
    assert sorted(await by_number(clerk, "0119")) == ["c", "d"]  # by record number alone
    with pytest.raises(Forbidden):
        await by_number(somebody("nothing"), "0048")
