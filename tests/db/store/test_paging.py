"""The paging law: what does not change between two pages is on exactly one of them; what changes on at most one."""

from __future__ import annotations

import base64
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from osler.core.errors import Invalid, TooCostly
from osler.store.search import Page, gather, include, where
from tests.db.store.conftest import BASE, LOINC, Clinic, observation, patient, practitioner, to

SORTS = [
    "", "_id", "-_id", "_lastUpdated", "-_lastUpdated", "date", "-date", "value-quantity", "-value-quantity", "code", "-code",
    "subject", "code,-date", "-value-quantity,date", "date,_id", "status,code", "value-string", "-value-string,_lastUpdated",
]  # fmt: skip
COUNT = 23


async def fill(clinic: Clinic) -> None:
    """Observations with ties and gaps in everything that can be sorted by."""
    await clinic.create(patient(), "p0")
    await clinic.create(patient(), "p1")
    for n in range(COUNT):
        resource = observation(f"{BASE if n % 2 else ''}/Patient/p{n % 2}".lstrip("/") if n % 3 else "")
        resource["code"] = {"coding": [{"system": LOINC, "code": str(n % 4)}]} if n % 5 else {"text": "none"}
        if n % 4:
            resource["effectiveDateTime"] = f"2025-01-{n % 6 + 1:02}"
        elif n % 8:
            resource["effectivePeriod"] = {"end": "2025-02"}
        if n % 3 == 0:
            resource["valueQuantity"] = {"value": Decimal(n % 7) / 2}
        elif n % 3 == 1:
            resource["valueString"] = "abc"[n % 2 :]
        await clinic.create(resource, f"o{n:02}")
        if n % 4 == 3:
            clinic.now += timedelta(seconds=1)


async def pages(clinic: Clinic, between=None, **asked: str) -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(40):
        answer = await clinic.page("Observation", **asked, **cursor)
        assert len(answer.matches) <= int(asked["_count"])
        found += [hit.stored.id for hit in answer.matches]
        if answer.next is None:
            return found
        cursor = {"_cursor": answer.next}
        if between:
            await between(len(found))
    raise AssertionError("no end")


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_of_any_size_are_the_whole_in_order(clinic: Clinic, sort):
    await fill(clinic)
    asked = {"_sort": sort} if sort else {}
    whole = await pages(clinic, _count="1000", **asked)
    assert sorted(whole) == [f"o{n:02}" for n in range(COUNT)]
    for count in ("1", "4", "23"):
        assert await pages(clinic, _count=count, **asked) == whole
    some = await pages(clinic, _count="1000", status="final", subject="p0,p1", **asked)
    assert some == [id_ for id_ in whole if id_ in some]
    assert await pages(clinic, _count="2", status="final", subject="p0,p1", **asked) == some


@pytest.mark.parametrize("sort", SORTS)
async def test_the_way_back_leads_through_the_same_pages(clinic: Clinic, sort):
    await fill(clinic)
    asked = {"_sort": sort} if sort else {}
    for more in ({"_count": "4"}, {"_count": "2", "status": "final", "subject": "p0,p1"}):
        there = await walk(clinic, "next", None, **asked, **more)
        assert there[0][1].previous is None
        back = await walk(clinic, "previous", there[-1][1].previous, **asked, **more)
        assert [ids for ids, _ in back] == [ids for ids, _ in there[-2::-1]]
        again = await walk(clinic, "next", back[-1][1].next, **asked, **more)
        assert [ids for ids, _ in again] == [ids for ids, _ in there[1:]]


async def walk(clinic: Clinic, way: str, cursor: str | None, **asked: str) -> list[tuple[list[str], Page]]:
    """The page at the cursor and all that follow it on this way."""
    found: list[tuple[list[str], Page]] = []
    while cursor is not None or not found:
        page = await clinic.page("Observation", **asked, **({} if cursor is None else {"_cursor": cursor}))
        found.append(([hit.stored.id for hit in page.matches], page))
        cursor = getattr(page, way)
    return found


async def test_on_the_way_back_what_is_new_or_gone_moves_nothing_else(clinic: Clinic):
    await fill(clinic)
    asked = {"_count": "5", "_sort": "_id"}
    there = await walk(clinic, "next", None, **asked)
    for ids, _ in there[:-1]:
        await clinic.delete("Observation", ids[2])
    await clinic.create(observation(), "o00a")
    back = await walk(clinic, "previous", there[-1][1].previous, **asked)
    seen = [id_ for ids, _ in reversed(back) for id_ in ids]
    left = [id_ for ids, _ in there[:-1] for id_ in ids if id_ != ids[2]]
    assert seen == sorted([*left, "o00a"])
    gone = await clinic.page("Observation", _cursor=there[1][1].previous, **asked)
    for hit in gone.matches:
        await clinic.delete("Observation", hit.stored.id)
    empty = await clinic.page("Observation", _cursor=there[1][1].previous, **asked)
    assert (empty.matches, empty.previous, empty.next) == ([], None, None)


@pytest.mark.parametrize("sort", [s for s in SORTS if s != "_lastUpdated"])
async def test_what_changes_between_pages_is_seen_at_most_once_and_the_rest_exactly_once(clinic: Clinic, sort):
    await fill(clinic)
    changed: set[str] = set()

    async def change(seen: int) -> None:
        clinic.now += timedelta(seconds=1)
        id_ = f"o{seen * 5 % COUNT:02}"
        if id_ in changed:
            return
        changed.add(id_)
        if seen % 2:
            await clinic.update(observation(effectiveDateTime="2025-01-03"), id_)
        else:
            await clinic.delete("Observation", id_)
        await clinic.create(observation(), f"new{seen}")

    found = await pages(clinic, change, _count="3", **({"_sort": sort} if sort else {}))
    steady = [f"o{n:02}" for n in range(COUNT) if f"o{n:02}" not in changed]
    assert changed
    assert [id_ for id_ in sorted(found) if id_ in steady] == steady
    gone = [id_ for id_ in found if id_ in changed]
    if (
        "_lastUpdated" not in sort
        and "date" not in sort
        and "value" not in sort
        and "code" not in sort
        and "subject" not in sort
    ):
        assert len(gone) == len(set(gone))


async def test_totals_are_exact_when_asked_for_or_free(clinic: Clinic):
    await fill(clinic)
    assert (await clinic.page("Observation", _count="5")).total is None
    assert (await clinic.page("Observation", _count="100")).total == COUNT
    assert (await clinic.page("Observation", _count="5", _total="accurate")).total == COUNT
    for asked in ({"_count": "0"}, {"_summary": "count"}):
        answer = await clinic.page("Observation", **asked)
        assert (answer.matches, answer.total, answer.next) == ([], COUNT, None)
    last = await clinic.page("Observation", _count="20")
    assert last.next is not None
    assert (await clinic.page("Observation", _count="20", _cursor=last.next)).total is None


@pytest.mark.parametrize(
    "sort",
    ["", "_id", "_lastUpdated", "date", "value-quantity", "code", "date,code"],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(clinic: Clinic, sort):
    await fill(clinic)
    fields = [field for field in sort.split(",") if field]
    forged = [
        "",
        "!!!",
        "AAAA",
        "=",
        "x" * 5000,
        coded([[], -1]),
        coded([[], 2**63]),
        coded([[], "1"]),
        coded([[None], 1.5]),
        coded({}),
        coded([1, 2]),
        coded([[], 1, 2]),
        coded([[], 1, True, 1]),
    ]
    forged += [
        coded([[value] * len(fields), 1])
        for value in ("", "x\0", "2025-01-01", "NaN", "1e999999999", "Infinity", 5, ["D", "1"])
    ]
    forged += [coded([[None] * (len(fields) + 1), 1])]
    for cursor in forged:
        try:
            await clinic.page("Observation", _cursor=cursor, **({"_sort": sort} if sort else {}))
        except Invalid:
            continue
        assert cursor == "" or not sort or "x\0" not in cursor


def coded(value) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


async def test_a_cursor_of_another_order_is_refused(clinic: Clinic):
    await fill(clinic)
    cursor = (await clinic.page("Observation", _sort="value-string", _count="2")).next
    assert cursor is not None
    with pytest.raises(Invalid):
        await clinic.page("Observation", _sort="date", _cursor=cursor)
    with pytest.raises(Invalid):
        await clinic.page("Observation", _sort="value-string,_id", _cursor=cursor)


@pytest.mark.parametrize("sort", ["code", "value-quantity", "value-string", "date,code"])
async def test_more_than_can_be_sorted_without_an_index_is_too_costly(clinic: Clinic, sort, monkeypatch):
    await fill(clinic)
    limit_sorted(monkeypatch, COUNT)
    await clinic.page("Observation", _sort=sort)
    limit_sorted(monkeypatch, COUNT - 1)
    with pytest.raises(TooCostly):
        await clinic.page("Observation", _sort=sort)
    await clinic.page("Observation", _sort=sort, patient="p1")
    await clinic.page("Observation", _sort="-date")


def limit_sorted(monkeypatch, most: int) -> None:
    for module in (gather, where):
        monkeypatch.setattr(module, "MAX_SORTED", most)


async def test_more_than_may_be_included_is_too_costly(clinic: Clinic, monkeypatch):
    await clinic.create(patient(), "p")
    for n in range(5):
        await clinic.create(practitioner(str(n)), f"d{n}")
    await clinic.create(observation("Patient/p", performer=[to(f"Practitioner/d{n}") for n in range(5)]), "o")
    monkeypatch.setattr(include, "MAX_INCLUDED", 5)
    answer = await clinic.page("Observation", _include="Observation:performer")
    assert {hit.stored.id for hit in answer.included} == {f"d{n}" for n in range(5)}
    monkeypatch.setattr(include, "MAX_INCLUDED", 4)
    with pytest.raises(TooCostly):
        await clinic.page("Observation", _include="Observation:performer")
    with pytest.raises(TooCostly):
        await clinic.page("Observation", ("_include", "Observation:performer"), ("_include", "Observation:subject"))


async def test_included_resources_come_once_and_no_match_twice(clinic: Clinic):
    await clinic.create(patient(), "p")
    await clinic.create(observation("Patient/p", hasMember=[to("Observation/o1")]), "o1")
    await clinic.create(observation("Patient/p", hasMember=[to("Observation/o1")]), "o2")
    answer = await clinic.page(
        "Observation",
        ("_include", "Observation:has-member"),
        ("_include", "Observation:*"),
        ("_revinclude", "Observation:has-member"),
        _sort="_id",
    )
    assert [hit.stored.id for hit in answer.matches] == ["o1", "o2"]
    assert [hit.stored.id for hit in answer.included] == ["p"]
    answer = await clinic.page("Observation", _id="o1", _revinclude="Observation:has-member")
    assert [hit.stored.id for hit in answer.included] == ["o2"]
