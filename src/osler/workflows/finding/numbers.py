"""Patients by a record or telephone number: whole, by its beginning, or by its end."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace

from osler.access.ask import together
from osler.access.beginnings import list_beginning
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, patient_of
from osler.core.errors import Forbidden, Unavailable
from osler.fhir.search.keys import escaped
from osler.fhir.search.partial import BEGINNING, END, LONGEST_NUMBER, PHONE_ENDS, end_key
from osler.fhir.search.query import Query, Tokens
from osler.workflows.finding.reading import Wanted
from osler.workflows.finding.rules import national_number, number_rank

_LOCAL = PHONE_ENDS[1]
_LOOKED_THROUGH = 200
"""Patients with one end of four digits: among 300,000 there are thirty."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """`counted`: these are all. `partly`: pieces of numbers cannot be looked up now, while the index is being made."""

    patients: tuple[Patient, ...]
    counted: bool = True
    partly: bool = False


async def list_numbered(records: Records, query: Query, wanted: Wanted, most: int) -> Numbered:
    """The matches of `query` (names and birth dates, perhaps) with such a number. A reader who is not shown record numbers, or
    not telephone numbers, finds nobody by them; Forbidden for one who is shown neither."""
    number = wanted.number
    ways = [_whole(records, query, wanted), _beginning(records, query, number, most)]
    if len(number) >= END:
        ways += [_ending(records, query, "identifier", number, END, most), _phone(records, query, number, most)]
    answers = await together(records, *(_open(each) for each in ways))
    if all(isinstance(each, Forbidden) for each in answers):
        raise answers[0]
    found = [each for each in answers if not isinstance(each, Exception)]
    patients = {each.id: each for answer in found for each in answer}
    fitting = tuple(each for each in patients.values() if number_rank(each, number) is not None)
    counted = all(len(each) < most for each in found)
    return Numbered(fitting, counted, any(isinstance(each, Unavailable) for each in answers))


async def _open(way: Awaitable[Sequence[Patient]]) -> Sequence[Patient] | Exception:
    try:
        return await way
    except (Forbidden, Unavailable) as closed:
        return closed


async def _whole(records: Records, query: Query, wanted: Wanted) -> Sequence[Patient]:
    """As it was typed and as it may be written, of any length."""
    written = dict.fromkeys((wanted.raw, wanted.raw.upper(), wanted.number, wanted.number.upper()))
    return await _search(records, query, "identifier", tuple(f"identifier={escaped(each)}" for each in written))


async def _beginning(records: Records, query: Query, number: str, most: int) -> Sequence[Patient]:
    beginning = [number[:LONGEST_NUMBER]]
    return [patient_of(each) for each in await list_beginning(records, query, BEGINNING, beginning, limit=most)]


async def _phone(records: Records, query: Query, number: str, most: int) -> Sequence[Patient]:
    """By the longest end that is typed; a number that is kept without its area code by a shorter one."""
    national = national_number(number)
    for length in PHONE_ENDS[:-1] if len(national) >= _LOCAL else PHONE_ENDS[-1:]:
        if length <= len(national) and (found := await _ending(records, query, "phone", national, length, most)):
            return found
    return ()


async def _ending(records: Records, query: Query, param: str, number: str, length: int, most: int) -> Sequence[Patient]:
    """More are looked through when they are then held to the rest of the number."""
    count = most if len(number) == length else _LOOKED_THROUGH
    return await _search(records, query, param, (end_key(param, number, length),), count)


async def _search(
    records: Records, query: Query, param: str, keys: tuple[str, ...], count: int = _LOOKED_THROUGH
) -> Sequence[Patient]:
    where, used = (Tokens(param, keys), *query.where), query.used | {f"Patient.{param}"}
    answer = await records.search(replace(query, where=where, used=used, count=count))
    return [patient_of(each) for each in answer.matches]
