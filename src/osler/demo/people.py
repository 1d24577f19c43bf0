"""Who a patient is: name, birth date, address and the rest of the registration desk's questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from osler.demo.clinic import HARBOR, MAIN
from osler.demo.names import GROUPS, STREET_KINDS, STREETS, TOWNS, NameGroup

_WEIGHTS = [group.weight for group in GROUPS]


@dataclass(slots=True)
class Person:
    """The facts of registration. `given` may be empty for a person with one name."""

    sex: str
    born: date
    family: str
    given: tuple[str, ...]
    race: tuple[str, str]
    hispanic: bool
    language: tuple[str, str] = ("en", "English")
    interpreter: bool = False
    line: str = ""
    city: str = ""
    postal: str = ""
    phone: str = ""
    email: str = ""
    mrn: str = ""
    site: str = MAIN
    pcp: str = "okafor"
    nurse: str = "park"
    payer: str = "great-lakes-mutual"
    plan: str = ""
    married: bool = False
    died: date | None = None
    contact: tuple[str, str, str] = ("", "", "")
    """Relation (a v2-0131 word), full name and phone of the person to call."""
    labels: tuple[tuple[str, str, str], ...] = field(default=())
    """Security labels that all of this patient's resources carry: system, code, display."""

    @property
    def display(self) -> str:
        return " ".join((*self.given, self.family))

    def age(self, on: date) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def months(self, on: date) -> int:
        return (on.year - self.born.year) * 12 + on.month - self.born.month - (on.day < self.born.day)


def make_person(rng: Random, ordinal: int, today: date, *, ages: tuple[int, int], sex: str = "") -> Person:
    """A person whose age in years today lies in `ages`, both ends included. `sex` fixes it."""
    group = rng.choices(GROUPS, _WEIGHTS)[0]
    sex = sex or ("female" if rng.random() < 0.53 else "male")
    years = rng.randint(*ages)
    born = _years_before(today, years) - timedelta(days=rng.randrange(1, 364))
    given = _given(rng, group, sex)
    family = rng.choice(group.families)
    person = Person(sex, born, family, given, group.race, group.hispanic)
    if group.language[0] and rng.random() < 0.35:
        person.language = group.language
        person.interpreter = years >= 18 and rng.random() < 0.5
    _place(rng, person, ordinal)
    _household(rng, person, group, years)
    return person


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _given(rng: Random, group: NameGroup, sex: str) -> tuple[str, ...]:
    pool = group.women if sex == "female" else group.men
    first = rng.choice(pool)
    second = rng.choice(pool)
    return (first, second) if rng.random() < 0.55 and second != first else (first,)


def _place(rng: Random, person: Person, ordinal: int) -> None:
    person.line = f"{rng.randrange(2, 999)} {rng.choice(STREETS)} {rng.choice(STREET_KINDS)}"
    if rng.random() < 0.2:
        person.line += f", Apt {rng.randrange(1, 40)}"
    person.city, person.postal = rng.choice(TOWNS)
    if person.city in ("Harborton", "Cedar Point"):
        person.site, person.pcp, person.nurse = HARBOR, "lindqvist", "whitaker"
    person.phone = _phone(rng)
    person.mrn = f"{50_000_000 + ordinal * 7 + rng.randrange(7)}"


def _household(rng: Random, person: Person, group: NameGroup, years: int) -> None:
    other = "male" if person.sex == "female" else "female"
    if years < 18:
        parent = rng.choice(group.women)
        person.contact = ("Mother", f"{parent} {person.family}", person.phone)
        person.payer = "medicaid" if rng.random() < 0.4 else "great-lakes-mutual"
        return
    person.email = f"{person.given[0].lower() if person.given[0].isascii() else 'patient'}.{person.mrn}@example.org"
    person.married = years >= 25 and rng.random() < 0.55
    pool = group.women if (person.married and other == "female") else group.men
    relation = "Spouse" if person.married else rng.choice(("Sibling", "Friend", "Parent"))
    person.contact = (relation, f"{rng.choice(pool)} {person.family}", _phone(rng))
    person.payer = "medicare" if years >= 65 else rng.choice(("blue-shield", "great-lakes-mutual", "medicaid"))


def _phone(rng: Random) -> str:
    return f"({rng.choice(('716', '607', '585'))}) 555-01{rng.randrange(100):02d}"
