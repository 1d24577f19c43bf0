"""From a part to a written record: one function per kind of life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from osler.demo.cast import Part
from osler.demo.childhood import grow_up
from osler.demo.ends import die, enter_hospice
from osler.demo.intake import enroll
from osler.demo.life import live
from osler.demo.people import Person
from osler.demo.pregnancy import expect
from osler.demo.record import Record
from osler.demo.restricted import PART_2, live_with_one_sealed_note, recover
from osler.demo.schedule import finished_at, seat
from osler.demo.stories import THREADS

Life = Callable[[Record, Part, int], None]


def _adult(record: Record, part: Part, number: int) -> None:
    threads = [THREADS[key] for key in part.threads]
    live(record, threads, smoker=part.smoker, today_at=finished_at(number), allergies=part.life != "no-allergies")


def _child(record: Record, part: Part, number: int) -> None:
    grow_up(record, condition=part.threads[0] if part.threads else "", today_at=finished_at(number))


def _new(record: Record, part: Part, number: int) -> None:
    del part, number
    enroll(record, record.ago(5))


_LIVES: dict[str, Life] = {
    "child": _child,
    "twin": _child,
    "new": _new,
    "pregnancy": lambda record, part, number: expect(record),
    "deceased": lambda record, part, number: die(record),
    "hospice": lambda record, part, number: enter_hospice(record),
    "part-2": lambda record, part, number: recover(record),
    "restricted-note": lambda record, part, number: live_with_one_sealed_note(record),
}


def write(record: Record, part: Part, number: int) -> None:
    """The whole record of the patient who plays this part."""
    _LIVES.get(part.life, _adult)(record, part, number)


def dress(person: Person, part: Part, number: int, today: date) -> None:
    """What the part fixes about the person: names that are hard on a screen, twins, labels, the seat on today's list."""
    if part.life == "long-name":
        person.family, person.given = (
            "Wolfeschlegelsteinhausen-Bergerdorff",
            ("Maximiliana-Alexandrina", "Konstantinopolitana"),
        )
    elif part.life == "accents":
        person.family, person.given = "Ñúñez", ("José",)
        person.race, person.hispanic, person.language, person.interpreter = (
            ("2131-1", "Other Race"),
            True,
            ("es", "Spanish"),
            True,
        )
    elif part.life == "apostrophes":
        person.family, person.given = "O’Brien-D'Angelo", ("Seán",)
    elif part.life == "one-name":
        person.family, person.given = "Wulandari", ()
        person.race, person.hispanic = ("2028-9", "Asian"), False
        person.language, person.email = ("id", "Indonesian"), ""
    elif part.life == "twin":
        _pair(person, number, today)
    elif part.life == "part-2":
        person.labels = PART_2
    elif part.life == "deceased":
        person.died = date.fromordinal(today.toordinal() - 37)
    place = seat(number)
    if place:
        person.site, person.pcp, person.nurse = place


def _pair(person: Person, number: int, today: date) -> None:
    person.family, person.given = "Kowalski", ("Emma", "Grace") if number % 2 else ("Ella", "Grace")
    person.born = date(today.year - 8, 5, 17) if (today.month, today.day) > (5, 17) else date(today.year - 9, 5, 17)
    person.race, person.hispanic, person.language = ("2106-3", "White"), False, ("en", "English")
    person.line, person.city, person.postal, person.phone = "27 Heron Lane", "Harborton", "14722", "(716) 555-0177"
    person.contact = ("Mother", "Anna Kowalski", "(716) 555-0177")
    person.payer, person.interpreter = "great-lakes-mutual", False
