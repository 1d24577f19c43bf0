"""Finding somebody as a nurse does at night: by whatever part of a name, birth date or number is at hand."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from osler.access.actors import SYSTEM
from osler.access.audit.entry import Action
from osler.access.records import Records
from tests.practice import Person, Practice

_MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


def person(id_: str, family: str, given: str, born: str, mrn: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"type": _MR, "value": mrn}, *more.pop("others", [])],
        "name": [{"family": family, "given": given.split()}, *more.pop("names", [])],
        "birthDate": born,
        **more,
    }


PEOPLE = [
    person("ann", "Quimby-O'Dowd", "Anne-Marie", "1962-03-14", "Q-0071934", telecom=[{"system": "phone", "value": "(716) 555-7781"}]),
    person("ng", "Ng", "Wei", "1971-12-01", "7002211", others=[{"value": "987-65-4320"}]),
    person("mc", "Mc Qarthy", "Flora", "1980-07-02", "7003322", names=[{"use": "maiden", "family": "Zwick", "given": ["Flora"]}]),
    person("ger", "Qüller-Lüdenscheidt", "Jürgen Karl", "1951-02-17", "7005511"),
    person("van", "van der Qerg", "Anna Maria", "1982-09-03", "7005522"),
    person("luc", "Saint-Quexupéry", "Jean-Luc", "1944-06-29", "7005533"),
    person("long", "Quolfeschlegelsteinhausenbergerdorff", "Hubert Blaine", "1914-08-04", "7005544"),
    person("was", "Qobell", "Tim", "1955-05-05", "7004433", deceasedDateTime="2020-01-01"),
    person("out", "Qobell", "Tina", "1956-06-06", "7004434", active=False),
    person("old", "Qobell", "Tom", "1957-07-07", "7004435", link=[{"other": {"reference": "Patient/ng"}, "type": "replaced-by"}]),
]  # fmt: skip


@pytest.fixture(scope="module")
async def night(practice: Practice) -> AsyncIterator[Person]:
    """A nurse among them; afterwards they are gone."""
    gate = practice.app.state.context.gate

    async def come(records: Records) -> None:
        for each in sorted(PEOPLE, key=lambda each: each["id"] != "ng"):
            await records.update(each, each["id"])

    async def go(records: Records) -> None:
        for each in sorted(PEOPLE, key=lambda each: each["id"] == "ng"):
            await records.delete("Patient", each["id"])

    await gate.write(SYSTEM, come, action=Action.CREATE, what="test")
    async with practice.person("park") as nurse:
        yield nurse
    await gate.write(SYSTEM, go, action=Action.DELETE, what="test")


async def found(who: Person, typed: str) -> list[str]:
    page = await who.http.get("/palette", params={"q": typed})
    return re.findall(r'href="/patients/(\w+)"', page.text)


@pytest.mark.parametrize(
    "typed",
    [
        "quimby", "anne-marie", "marie quimby", "QUIMBY, ANNE", "quimby o'dowd", "odowd", "o dowd", "qiumby",
        "3/14/1962 quimby", "quimby 1962", "quimby 62", "q 14 mar 1962", "anne march 14, 1962", "quimby 03141962", "dob 14-mar-62 q",
        "q-0071", "0071934", "007193", "mrn q0071", "71934", "ends in 1934", "quimby 1934", "(716) 555-7781", "7781", "555-7781",
        "+1 716 555 7781", "quimby 7781",
    ],
)  # fmt: skip
async def test_somebody_is_found_by_any_part(night: Person, typed: str) -> None:
    assert (await found(night, typed))[0] == "ann"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ng", "ng"),
        ("wei ng", "ng"),
        ("987-65-4320", "ng"),
        ("4320", "ng"),
        ("mcqarthy", "mc"),
        ("mc qarthy", "mc"),
        ("flora qarthy", "mc"),
        ("zwick", "mc"),
        ("7003", "mc"),
        ("quimbi 2 jul 1980", "mc"),
        ("Qüller", "ger"),
        ("quller ludenscheidt", "ger"),
        ("LÜDENSCHEIDT, JÜRGEN", "ger"),
        ("karl luden 17.2.1951", "ger"),
        ("van der qerg", "van"),
        ("Qerg, Anna", "van"),
        ("maria qerg", "van"),
        ("vanderqerg anna maria", "van"),
        ("jean-luc", "luc"),
        ("luc quexupery", "luc"),
        ("Saint-Quexupéry, Jean-Luc 29 June 1944", "luc"),
        ("Quolfeschlegelsteinhausenbergerdorff Hub", "long"),
        ("hubert quolfe", "long"),
    ],
)
async def test_the_best_match_is_first(night: Person, typed: str, first: str) -> None:
    assert (await found(night, typed))[0] == first


@pytest.mark.parametrize(
    "typed", ["quimby 1999", "quimby 9876", "ng 3/14/1962 7781", "99999", "31/02/1964", "'", "%", "q 1963-03-14"]
)
async def test_what_does_not_hold_is_not_found_as_typed(night: Person, typed: str) -> None:
    page = (await night.http.get("/palette", params={"q": typed})).text
    assert "Patients</span>" not in page


async def test_why_and_in_what_state_somebody_is_found_is_said(night: Person) -> None:
    async def shown(typed: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", (await night.http.get("/palette", params={"q": typed})).text).split())

    assert "Phone ends 7781" in await shown("7781")
    assert "Another number ends 4320" in await shown("4320")
    assert "Also Flora Zwick" in await shown("zwick")
    qobells = await shown("qobell")
    for state in ("Deceased", "Inactive", "Merged", "Similar name"):
        assert state in qobells
    assert "Merged" in await night.page("/patients/old")
    assert "Inactive record" in await night.page("/patients/out")
