"""Finding a patient by name, birth date, record number or telephone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from osler.access.beginnings import MANY, commonness, list_beginning
from osler.access.records import Records
from osler.clinical.patients.fhir import Patient, patient_of
from osler.clinical.patients.queries import list_patients
from osler.clinical.patients.rules import namesakes, slips
from osler.fhir.search.parse import parse_query
from osler.fhir.search.partial import WORDS
from osler.fhir.search.query import Either, Query, Strings
from osler.workflows.finding.numbers import list_numbered
from osler.workflows.finding.reading import Wanted, read_query
from osler.workflows.finding.rules import is_born, is_near, joined, matches, number_rank, rank, reason, spaced

FEW = 3
"""With fewer exact matches than this, similar names are looked for too."""
MOST = 200
"""As many matches are listed at most."""
_LOOKED_AT = 24
"""Matches looked at for the few of a palette: enough to put the likelier ones first."""
_OF_A_SLIP = 4
"""Patients looked at of each spelling that may have been meant."""
_A_DAY = len("1964-03-14")


@dataclass(frozen=True, slots=True)
class Finding:
    """`patients` the likeliest of `total`; `looser`: too few matched as typed, and similar ones were added.

    `counted`: `total` is all there are, not only those looked at. `alike`: ids of those among all matches who could be
    taken for one another. `partly`: pieces of numbers are looked for only among those of `first` now. `reasons`: by id
    why one was found whose line does not show it.
    """

    patients: tuple[Patient, ...]
    looser: bool = False
    total: int = 0
    counted: bool = True
    alike: frozenset[str] = frozenset()
    partly: bool = False
    reasons: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def more(self) -> bool:
        """Whether there are others."""
        return self.total > len(self.patients)


@dataclass(slots=True)
class _Search:
    """One question while it is being answered."""

    records: Records
    about: list[Patient]
    """Those of today and the recent ones."""
    most: int
    found: dict[str, Patient] = field(default_factory=dict[str, Patient])
    """In their order."""
    counted: bool = True
    partly: bool = False
    looser: bool = False

    def add(self, patients: Iterable[Patient], wanted: Wanted) -> None:
        for each in rank(patients, wanted, [one.id for one in self.about]):
            self.found.setdefault(each.id, each)


async def find_patients(
    records: Records, text: str, *, today: date, first: Sequence[str] = (), limit: int = 8
) -> Finding:
    """The likeliest patients: the best match first, those of `first` (ids) before others that match as well."""
    readings = read_query(text, today)
    if not readings:
        return Finding(())
    search = _Search(
        records, await list_patients(records, first) if first else [], min(max(limit, _LOOKED_AT), MOST) + 1
    )
    for wanted in readings:
        if not (
            len(search.found) >= FEW and wanted.names
        ):  # a name with a number has to be meant in another way only then
            await _as_typed(search, wanted)
    if len(search.found) < FEW:
        await _loosely(search, readings)
    in_order = _whole_numbers_first(search.found.values(), readings)
    return Finding(
        tuple(in_order[:limit]), search.looser, len(in_order), search.counted, namesakes((*in_order, *search.about)), search.partly,
        {each.id: reason(each, readings) for each in in_order[:limit]},
    )  # fmt: skip


def _whole_numbers_first(found: Iterable[Patient], readings: Sequence[Wanted]) -> list[Patient]:
    numbers = [each.number for each in readings if each.number]
    return sorted(found, key=lambda patient: all(number_rank(patient, each) != 0 for each in numbers))


async def _as_typed(search: _Search, wanted: Wanted) -> None:
    known = [each for each in search.about if matches(each, wanted)]
    if wanted.number:
        query = _query(search.records, wanted.names, wanted.born)
        numbered = await list_numbered(search.records, query, wanted, search.most)
        search.counted &= numbered.counted
        search.partly |= numbered.partly
        found: Sequence[Patient] = numbered.patients
    else:
        found = await _named(search, wanted)
        search.counted &= len(found) < search.most
    search.add({each.id: each for each in (*known, *found)}.values(), wanted)


async def _named(search: _Search, wanted: Wanted) -> Sequence[Patient]:
    """Those whose surname begins so come before those of whom another name does; what begins with all of it, in its order
    (`jean luc`, `de la cruz`), before what begins with its leading word."""
    records = search.records
    if not wanted.names or any(len(each) == _A_DAY for each in wanted.born):
        query = replace(_query(records, wanted.names, wanted.born), count=MOST)
        return [patient_of(each) for each in (await records.search(query)).matches]
    found: dict[str, Patient] = {}
    common = await _commonness(records, wanted.names)
    query, whole = _query(records, (), wanted.born), " ".join(wanted.names)
    for nth, leading in enumerate(sorted(common, key=lambda each: (common[each] >= MANY, -len(each)))):
        ways = [*dict.fromkeys((whole, leading)), *spaced(leading)] if nth == 0 else spaced(leading)
        others = {each: texts for each, texts in common.items() if each != leading}
        for param in ("family", WORDS):
            if ways and len(found) < search.most:
                found |= {each.id: each for each in await _beginning(records, query, param, ways, search.most, others)}
        if len(found) >= FEW:
            break
    return list(found.values())


async def _commonness(records: Records, words: Sequence[str]) -> dict[str, int]:
    """A word by itself leads however common it is."""
    distinct = list(dict.fromkeys(words))
    return await commonness(records, distinct) if len(distinct) > 1 else dict.fromkeys(distinct, 1)


async def _loosely(search: _Search, readings: Sequence[Wanted]) -> None:
    """Two words that are one name; then slips of the pen; then those born on that day, whatever they are called."""
    named = [each for each in readings if each.names]
    for wanted in named:
        for other in joined(wanted):
            await _as_typed(search, other)
    exactly = len(search.found)
    for wanted in (each for each in named if not (each.number and search.found)):
        without = replace(wanted, number="")
        near = [each for each in search.about if is_born(each, wanted) and is_near(each, wanted.names)]
        search.add([*near, *await _similar(search.records, without)], without)
        if wanted.number and not search.found:
            search.add(await _named(search, without), without)
        if not search.found and any(len(each) == _A_DAY for each in wanted.born):
            search.add(await _named(search, Wanted(born=wanted.born)), wanted)
    search.looser = len(search.found) > exactly


async def _similar(records: Records, wanted: Wanted) -> list[Patient]:
    """Those whose name somebody may have meant who made a slip in one word; of the others their first letters count. What
    begins very many names is no spelling of one of several words: few of those many would have the others."""
    found: list[Patient] = []
    for word in sorted(wanted.names, key=len, reverse=True)[:2]:
        spelled, others = slips(word), {each[:2] for each in wanted.names if each != word}
        if spelled and not found:
            common = await commonness(records, {*spelled, *others})
            likely = [each for each in spelled if common[each] > 0 and not (others and common[each] >= MANY)]
            query, besides = _query(records, (), wanted.born), {each: common[each] for each in others}
            near = await _beginning(records, query, "name", likely, _OF_A_SLIP, besides)
            found = [each for each in near if is_near(each, wanted.names)]
    return found


def _query(records: Records, names: Iterable[str], born: Sequence[str]) -> Query:
    """Of each name some word has to begin so: `marie` is in `Anne-Marie`."""
    pairs = [("birthdate", ",".join(born))] if born else []
    query = parse_query("Patient", pairs, zone=records.store.zone, now=records.clock(), base_url=records.store.base_url)
    texts = [Either((Strings("name", (each,)), Strings("name", (f" {each}",), contains=True))) for each in names]
    return replace(query, where=(*query.where, *texts), used=query.used | ({"Patient.name"} if texts else set()))


async def _beginning(
    records: Records, query: Query, param: str, ways: Sequence[str], limit: int, words: Mapping[str, int]
) -> list[Patient]:
    found = await list_beginning(records, query, param, ways, limit=limit, words=words)
    return [patient_of(each) for each in found]
