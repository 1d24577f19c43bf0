"""How dates, numbers, names and drugs are written: one way, unambiguous, everywhere.

Dates `14-Mar-1964`, time of day in 24 hours, `1,000`, `0.5` never `.5`, no trailing zeros in a dose. Pure functions;
the time zone and "today" are passed in.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from osler.interfaces.web.components.tallman import TALL_MAN
from osler.interfaces.web.components.values import Value, When

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Number = Decimal | int | float | str


def day(value: date | str, zone: tzinfo | None = None) -> When:
    """A day, or as much of one as is known: `14-Mar-1964`, `Mar-1964`, `1964`. An instant becomes its day in `zone`."""
    if isinstance(value, datetime):
        value = value.astimezone(zone) if zone else value
        return When(_day(value.date()), value.date().isoformat())
    if isinstance(value, date):
        return When(_day(value), value.isoformat())
    if "T" in value:
        return day(datetime.fromisoformat(value), zone)
    parts = value.split("-")
    if len(parts) == 3:
        return When(_day(date.fromisoformat(value)), value)
    return When("-".join([*(MONTHS[int(month) - 1] for month in parts[1:]), parts[0]]), value)


def moment(value: datetime | str, zone: tzinfo | None = None) -> When:
    """Day and time of day: `14-Mar-2026 09:20`. A string without a time is written as a day."""
    if isinstance(value, str):
        if "T" not in value:
            return day(value)
        value = datetime.fromisoformat(value)
    local = value.astimezone(zone) if zone else value
    return When(f"{_day(local.date())} {local:%H:%M}", local.isoformat(timespec="minutes"))


def clock(value: datetime, zone: tzinfo | None = None) -> When:
    """Time of day alone, where the day is said beside it: `09:20`."""
    local = value.astimezone(zone) if zone else value
    return When(f"{local:%H:%M}", local.isoformat(timespec="minutes"))


def recent(value: datetime, now: datetime, zone: tzinfo | None = None) -> When:
    """`today 09:12`, or the full day and time when it was not today."""
    full = moment(value, zone)
    if day(value, zone).text != day(now, zone).text:
        return full
    return When(f"today {clock(value, zone).text}", full.iso)


def age(born: date | str, on: date) -> str:
    """Completed age:

    days below one month, months below two years, then years: `3 d`, `5 mo`, `62 y`. From a partial date: `about 62
    y`.
    """
    if isinstance(born, str):
        parts = [int(part) for part in born.split("T")[0].split("-")]
        if len(parts) < 3:
            years = on.year - parts[0] - (1 if len(parts) > 1 and on.month < parts[1] else 0)
            return f"about {max(years, 0)} y"
        born = date(*parts)
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 1:
        return f"{max((on - born).days, 0)} d"
    return f"{months} mo" if months < 24 else f"{months // 12} y"


def number(value: Number) -> str:
    """A dose or a count:

    thousands parted by commas, no trailing zeros, a zero before the point: `1,000`, `0.5`, `5`.
    """
    return _grouped(_plain(value).normalize())


def measured(value: Number, places: int | None = None) -> str:
    """A measurement with the digits it was reported with, `31.0`;

    rounded to `places`, or where a machine reported more digits than mean anything.
    """
    exact = _plain(value)
    digits = -int(exact.as_tuple().exponent)
    if places is None:
        places = 2 if abs(exact) >= 1 else 3
        places = 1 if abs(exact) >= 100 else places
    if digits > places:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        exact = exact.normalize() if digits > 6 else exact
    return _grouped(exact)


def quantity(value: Number, unit: str = "") -> Value:
    """A dose with its unit: `Value("0.5", "mg")`."""
    return Value(number(value), unit_text(unit))


def change(now: Number, before: Number, places: int = 1) -> str:
    """The difference with its sign, a true minus: `+1.9`, `−0.4`; empty when there is none."""
    difference = (_plain(now) - _plain(before)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if not difference:
        return ""
    return f"{'+' if difference > 0 else '−'}{number(abs(difference))}"


_UNITS = {
    "mm[Hg]": "mmHg", "Cel": "°C", "[degF]": "°F", "[lb_av]": "lb", "[in_i]": "in", "kg/m2": "kg/m²", "{score}": "",
    "1": "", "10*3/uL": "×10³/µL", "10*6/uL": "×10⁶/µL", "ug/L": "mcg/L", "ug": "mcg", "ug/dL": "mcg/dL", "uL": "µL",
    "m[IU]/L": "mIU/L", "u[IU]/mL": "µIU/mL", "[IU]/L": "IU/L", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "mL/min/1.73m2":
    "mL/min/1.73 m²", "mL/min/1.73 m2": "mL/min/1.73 m²", "/min": "/min", "{beats}/min": "/min", "{breaths}/min": "/min", "meq/L": "mEq/L", "a": "y",
    "[iU]": "units", "[IU]": "units", "U": "units", "[pH]": "",
}  # fmt: skip


def unit_text(code: str) -> str:
    """A UCUM code as clinicians write it:

    `mm[Hg]` is mmHg, `ug` is mcg (never a mu before a gram), annotations are left out.
    """
    if code in _UNITS:
        return _UNITS[code]
    return "" if code.startswith("{") and code.endswith("}") else code


def drug_name(name: str) -> str:
    """A generic name in lower case with tall-man letters, a combination with every part:

    `metFORMIN`, `lisinopril and hydroCHLOROthiazide`.
    """
    parts = [part.strip() for part in name.replace(" / ", " and ").lower().split(" and ")]
    return " and ".join(" ".join(TALL_MAN.get(word, word) for word in part.split(" ")) for part in parts)


def joined(words: list[str] | tuple[str, ...], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def dotted(*parts: str) -> str:
    """Facts side by side on one line; the empty ones left out."""
    return " · ".join(filter(None, parts))


def plural(count: int, one: str, many: str = "") -> str:
    """`1 refill`, `1,200 refills`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def person_name(family: str, given: str) -> str:
    """`DELGADO, Maria Elena`; what is missing is left out."""
    return ", ".join(part for part in (family.upper(), given) if part) or "Name not recorded"


_TITLES = frozenset(("dr", "prof", "mr", "mrs", "ms", "mx"))


def short_person(name: str) -> str:
    """A member of staff where there is little room: `Dr A. Okafor`, `J. Park, MA`. Names of one word stay as they are."""
    words = name.split(" ")
    first = 1 if words[0].rstrip(".").lower() in _TITLES else 0
    if len(words) < first + 2 or words[first].endswith((",", ".")):
        return name
    return " ".join((*words[:first], f"{words[first][:1]}.", *words[first + 1 :]))


_READABLE = 16
"""Characters of an identifier that a person still compares at a glance."""


def grouped_number(identifier: str) -> str:
    """An identifier of digits alone in groups of four, for reading aloud: `4820 1193`. Of a long one, such as a UUID, its
    beginning: `88fedc82…`. Others stay as they are."""
    if len(identifier) > _READABLE:
        return f"{identifier[:8]}…"
    if not identifier.isdecimal() or len(identifier) < 6:
        return identifier
    first = len(identifier) % 4 or 4
    return " ".join([identifier[:first], *(identifier[at : at + 4] for at in range(first, len(identifier), 4))])


def _day(value: date) -> str:
    return f"{value.day:02d}-{MONTHS[value.month - 1]}-{value.year:04d}"


def _plain(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _grouped(value: Decimal) -> str:
    return f"{value:,f}"
