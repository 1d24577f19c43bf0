"""`search`: how long the staff app takes to find a patient among very many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import msgspec

from bench.bulk import import_line
from bench.pages import SEARCHES, SEARCHES_AMONG_MORE, TYPEAHEAD, Show, Visit, signed_in, time_visit
from bench.report import Report
from bench.server import fill, serve
from osler.demo.people import Person, make_person
from osler.demo.record import Record
from osler.demo.resources.patient import register

_ZONE = ZoneInfo("America/New_York")
_SEED = 7
_THAT_MANY = 300_000
"""Patients among whom one is to be found within SEARCHES."""
_ASKED = 40
"""Different questions of each kind."""


async def bench_search(report: Report, folder: Path, *, patients: int, workers: int, rounds: int, show: Show) -> None:
    """Loads so many patients beside a small demo clinic and looks for some of them as a person types."""
    fill(folder / "data", "--patients", "3")
    today = date.today()
    file = folder / "patients" / "Patient.ndjson"
    file.parent.mkdir()
    known = write_patients(file, patients, today)
    line = import_line(f"load of {patients:,} patients", file.parent, folder / "data", folder / "refused", patients)
    report.add(line)
    show(line)
    async with serve(folder / "data", workers=workers) as server:
        report.conditions |= await server.conditions() | {"patients": f"{patients:,}"}
        browser = signed_in(server)
        for visit in questions(known, SEARCHES if patients <= _THAT_MANY else SEARCHES_AMONG_MORE):
            line = time_visit(browser, server, visit, rounds)
            report.add(line)
            show(line)
        browser.close()


def write_patients(file: Path, count: int, today: date) -> list[Person]:
    """Writes so many patients as ndjson; some of them, to look for."""
    known: list[Person] = []
    every = max(1, count // _ASKED)
    with file.open("wb") as stream:
        for number, (person, patient) in enumerate(people(count, today)):
            stream.write(msgspec.json.encode(patient) + b"\n")
            if number % every == 0:
                known.append(person)
    return known[:_ASKED]


def people(count: int, today: date) -> Iterator[tuple[Person, dict[str, Any]]]:
    """Patients as the demo makes them, from the same names."""
    rng = Random(_SEED)
    for ordinal in range(1, count + 1):
        person = make_person(rng, 1000 + ordinal, today, ages=(0, 95))
        record = Record(
            seed=_SEED, key=f"{ordinal}", rng=rng, person=person, today=today, zone=_ZONE, id=f"bench-{ordinal}"
        )
        yield person, register(record)


def questions(known: list[Person], searches: float = SEARCHES) -> list[Visit]:
    """What people type, by kind; typeahead asks after every letter or two, the others once, within `searches`."""

    def palette(*texts: str) -> list[str]:
        return [f"/palette?q={quote_plus(text)}" for text in texts]

    families = [person.family.lower() for person in known]
    whole = [f"{person.given[0]} {person.family}" for person in known]
    phoned = [person for person in known if person.phone]
    return [
        Visit("typing: two letters", palette(*(name[:2] for name in families)), TYPEAHEAD),
        Visit("typing: three letters", palette(*(name[:3] for name in families)), TYPEAHEAD),
        Visit("typing: four letters", palette(*(name[:4] for name in families)), TYPEAHEAD),
        Visit("family name", palette(*families), searches),
        Visit("given and family name", palette(*whole), searches),
        Visit("family and given name", palette(*(f"{p.family}, {p.given[0]}" for p in known)), searches),
        Visit("a name of nobody's", palette(*(f"{name} zzyzx" for name in whole)), searches),
        Visit("beginnings of two names", palette(*(f"{p.given[0][:2]} {p.family[:3]}" for p in known)), searches),
        Visit("misspelled name", palette(*(_slip(name) for name in families)), searches),
        Visit("birth date", palette(*(person.born.isoformat() for person in known)), searches),
        Visit("name and year of birth", palette(*(f"{p.family} {p.born.year}" for p in known)), searches),
        Visit("birth date in digits", palette(*(f"{person.born:%m%d%Y}" for person in known)), searches),
        Visit("record number", palette(*(person.mrn for person in known)), searches),
        Visit("record number, first two digits", palette(*(person.mrn[:2] for person in known)), TYPEAHEAD),
        Visit("record number, first four digits", palette(*(person.mrn[:4] for person in known)), TYPEAHEAD),
        Visit("record number, first six digits", palette(*(person.mrn[:6] for person in known)), TYPEAHEAD),
        Visit("record number, last four digits", palette(*(person.mrn[-4:] for person in known)), searches),
        Visit("name and last four digits", palette(*(f"{p.family} {p.mrn[-4:]}" for p in known)), searches),
        Visit("telephone", palette(*(person.phone for person in phoned)), searches),
        Visit("telephone, last four digits", palette(*(person.phone[-4:] for person in phoned)), searches),
        Visit("patient search page", [f"/patients?q={quote_plus(name)}" for name in families], searches),
    ]


def _slip(name: str) -> str:
    """Two letters exchanged, near the end."""
    return name[:-3] + name[-2] + name[-3] + name[-1]
