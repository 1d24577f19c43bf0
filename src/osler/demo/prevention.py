"""Vaccines and screening: what is due at a visit, and giving it."""

from __future__ import annotations

from datetime import date, timedelta

from osler.demo.codes.vaccines import CHILD_SCHEDULE, PCV20_SINCE, VACCINES, product
from osler.demo.record import Record
from osler.demo.resources import vaccines
from osler.demo.visits import Visit

_COVID = (
    (date(2021, 3, 1), date(2022, 9, 1), "covid-2021"),
    (date(2022, 9, 1), date(2023, 9, 1), "covid-2022"),
    (date(2023, 9, 1), date(2100, 1, 1), "covid-2023"),
)


def vaccinate(record: Record, visit: Visit, kind: str) -> None:
    """Give the product of the day of a vaccine at this visit."""
    seen = record.seen_vaccines.setdefault(kind, [])
    seen.append(visit.day)
    age = record.person.age(visit.day)
    vaccines.give(
        record, product(kind, visit.day, age), at=visit.start, dose_number=_dose_number(kind, len(seen)), by=visit.nurse,
        encounter=visit.encounter, infant=age < 2,
    )  # fmt: skip
    visit.plan.append(f"{VACCINES[product(kind, visit.day, age)].text} vaccine given today.")


def report_vaccine(record: Record, kind: str, on: date, place: str = "") -> None:
    """A vaccine given elsewhere, known from the patient's papers or a pharmacy."""
    if on < record.person.born or on > record.today:
        return
    seen = record.seen_vaccines.setdefault(kind, [])
    seen.append(on)
    age = record.person.age(on)
    vaccines.give(
        record,
        product(kind, on, age),
        at=on.isoformat(),
        dose_number=_dose_number(kind, len(seen)),
        primary=False,
        place=place,
    )


def give_due_to_adult(record: Record, visit: Visit) -> None:
    """The adult vaccines due at a visit, each with the chance that the patient agrees."""
    rng, day, age = record.rng, visit.day, record.person.age(visit.day)
    if day.month in (9, 10, 11, 12, 1) and _days_since(record, "flu", day) > 200 and rng.random() < 0.62:
        vaccinate(record, visit, "flu")
    if _days_since(record, "tdap", day) > 3650 and rng.random() < 0.7:
        vaccinate(record, visit, "tdap")
    zoster = len(record.seen_vaccines.get("zoster", ())) < 2 and _days_since(record, "zoster", day) > 60
    if age >= 50 and day >= date(2018, 3, 1) and zoster and rng.random() < 0.5:
        vaccinate(record, visit, "zoster")
    if age >= 65 and day >= PCV20_SINCE and "pcv20" not in record.seen_vaccines and rng.random() < 0.6:
        vaccinate(record, visit, "pcv20")
    if age >= 75 and day >= date(2023, 9, 1) and "rsv" not in record.seen_vaccines and rng.random() < 0.5:
        vaccinate(record, visit, "rsv")
    for since, until, covid in _COVID:
        if since <= day < until and _days_since(record, "covid", day) > 300 and rng.random() < 0.35:
            vaccinate(record, visit, covid)
            record.seen_vaccines.setdefault("covid", []).append(day)


def give_due_to_child(record: Record, visit: Visit, months: int) -> None:
    """The vaccines of the schedule for a well-child visit at this age, and influenza in season."""
    for due, kinds in CHILD_SCHEDULE:
        if due == months:
            for kind in kinds:
                vaccinate(record, visit, kind)
    if months >= 6 and visit.day.month in (9, 10, 11, 12) and _days_since(record, "flu", visit.day) > 200:
        vaccinate(record, visit, "flu")


def report_childhood(record: Record, until: date) -> None:
    """The childhood vaccines that fell before the first visit here, from the papers of the earlier clinic."""
    person = record.person
    for months, kinds in CHILD_SCHEDULE:
        given = person.born + timedelta(days=round(months * 30.44) + 5)
        if given < until:
            for kind in kinds:
                report_vaccine(record, kind, given)


def _days_since(record: Record, kind: str, day: date) -> int:
    seen = record.seen_vaccines.get(kind)
    return (day - seen[-1]).days if seen else 100_000


def _dose_number(kind: str, given: int) -> int:
    return 1 if kind in ("flu", "tdap", "td") or kind.startswith("covid") else given
