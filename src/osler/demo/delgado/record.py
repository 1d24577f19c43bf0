"""Her record, put together."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from osler.demo.clinic import MAIN
from osler.demo.delgado.background import write_background
from osler.demo.delgado.history import write_history
from osler.demo.delgado.medicines import write_medicines
from osler.demo.delgado.problems import write_problems
from osler.demo.delgado.recent import write_recent
from osler.demo.delgado.results import write_results
from osler.demo.delgado.this_visit import write_this_visit
from osler.demo.people import Person
from osler.demo.record import Record
from osler.demo.resources.patient import form_care_team, insure, register
from osler.demo.schedule import add_appointments

DELGADO = "delgado"
"""Id of her Patient resource, for every seed."""


def write_delgado(seed: int, rng: Random, *, today: date, zone: ZoneInfo, now: datetime | None = None) -> list[dict]:
    """Her whole record."""
    person = Person(
        sex="female", born=date(1964, 3, 14), family="Delgado", given=("Maria", "Elena"), race=("2131-1", "Other Race"),
        hispanic=True, language=("es", "Spanish"), interpreter=True, line="318 Sandpiper Lane", city="Lakeside", postal="14701",
        phone="(716) 555-0119", email="maria.delgado@example.org", mrn="48201193", site=MAIN, pcp="okafor", nurse="park",
        payer="blue-shield", plan="Blue Shield PPO", married=True, contact=("Child", "Lucas Delgado", "(716) 555-0118"),
    )  # fmt: skip
    record = Record(seed=seed, key=DELGADO, rng=rng, person=person, today=today, zone=zone, id=DELGADO, now=now)
    register(record)
    insure(record)
    form_care_team(record, record.ago(3640).isoformat())
    write_background(record)
    write_problems(record)
    write_medicines(record)
    write_history(record)
    write_results(record)
    write_recent(record)
    write_this_visit(record)
    add_appointments(record, 0)
    return record.resources
