"""Search parameters that are rules of their own: `near`, `_list`, `_text`, `_content`, `_filter`, `_contained`."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from osler.core.errors import Invalid, Unsupported
from osler.fhir.datatypes.units import convert
from osler.fhir.search.parse.functional_lists import functional
from osler.fhir.search.parse.pieces import alternatives, split, unescaped
from osler.fhir.search.parse.reading import Reading
from osler.fhir.search.query import Criterion, Either, FullText, Has, Ids, Near, Query
from osler.fhir.search.spans import number_span
from osler.fhir.search.text import normalize_text

DEFAULT_METERS = Decimal(50_000)
"""How near `near` means when no distance is said."""
MOST_WORDS = 50
_UNITS = {"": "km", "miles": "[mi_i]", "mi": "[mi_i]", "kms": "km"}
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}", re.ASCII)
_WORD = re.compile(r'-?"[^"]*"|\S+')


def near(reading: Reading, type: str, value: str, name: str) -> Criterion:
    """`latitude|longitude[|distance[|units]]`, kilometers by default; units by UCUM, or `mi`."""
    reading.used.add(f"{type}.near")
    items = alternatives(value, name)
    reading.compare(len(items), name)
    options = tuple(_near(item, name) for item in items)
    return options[0] if len(options) == 1 else Either(options)


def _near(item: str, name: str) -> Near:
    parts = [unescaped(part, name) for part in split(item, "|")]
    numbers = [number_span(part) for part in parts[:3] if part]
    written, units = (parts[2] if len(parts) > 2 else ""), (parts[3] if len(parts) > 3 else "")
    if not 2 <= len(parts) <= 4 or None in numbers or not parts[0] or not parts[1]:
        raise Invalid(f"{name} takes latitude|longitude|distance|units; the last two may be left out.", path=name)
    latitude, longitude = Decimal(parts[0]), Decimal(parts[1])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Invalid(f"{name} takes a latitude to 90 and a longitude to 180 degrees.", path=name)
    meters = convert(Decimal(written), _UNITS.get(units, units), "m") if written else DEFAULT_METERS
    if meters is None or meters < 0:
        raise Invalid(f"{name} takes a distance in km, m, mi or another unit of length of UCUM.", path=name)
    return Near("near", latitude, longitude, meters)


def listed(reading: Reading, type: str, value: str, name: str) -> Criterion:
    """Members of a List, whatever their state in it; or of a functional list."""
    given = [unescaped(item, name).removeprefix("List/") for item in alternatives(value, name)]
    options = [functional(reading, type, each, name) for each in given if each.startswith("$")]
    ids = tuple(each for each in given if not each.startswith("$"))
    if ids:
        options.append(_in_lists(reading, ids, name))
    return options[0] if len(options) == 1 else Either(tuple(options))


def _in_lists(reading: Reading, ids: tuple[str, ...], name: str) -> Criterion:
    if not all(_ID.fullmatch(id_) for id_ in ids):
        raise Invalid(f"{name} takes the id of a List.", path=name)
    reading.look_up(len(ids), name)
    reading.used.update(("List.item", "List._id"))
    return Has("item", Query("List", (Ids(ids),)))


def text(reading: Reading, type: str, value: str, name: str) -> Criterion:
    return _full_text(reading, type, value, name, narrative=True)


def content(reading: Reading, type: str, value: str, name: str) -> Criterion:
    return _full_text(reading, type, value, name, narrative=False)


def _full_text(reading: Reading, type: str, value: str, name: str, *, narrative: bool) -> Criterion:
    """Words that must all be there; `"…"` a phrase, `-word` must not be there, `OR` and commas alternatives."""
    reading.used.add(f"{type}.*")
    options = [option for item in alternatives(value, name) for option in re.split(r"\sOR\s", unescaped(item, name))]
    found = tuple(_wanted(option, name) for option in options)
    reading.words += sum(map(len, found))
    if reading.words > MOST_WORDS:
        raise Invalid(f"A search takes at most {MOST_WORDS} words of _text and _content.", path=name)
    return FullText(narrative, found)


def _wanted(option: str, name: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in _WORD.findall(option):
        sign = "-" if word.startswith("-") and len(word) > 1 else ""
        if word != "AND" and (plain := normalize_text(word)):
            words.append(sign + plain)
    if not any(not word.startswith("-") for word in words):
        raise Invalid(f"{name} needs a word to look for.", path=name)
    return tuple(words)


def contained(reading: Reading, type: str, value: str, name: str) -> None:
    """Contained resources are not searched; asking for that is answered, anything else is not."""
    if value != "false":
        raise Unsupported("Contained resources are not searched; only _contained=false is answered.", path=name)


def contained_type(reading: Reading, type: str, value: str, name: str) -> None:
    if value not in ("container", "contained"):
        raise Invalid("_containedType takes container or contained.", path=name)


def filtered(reading: Reading, type: str, value: str, name: str) -> Criterion:
    from osler.fhir.search.parse.filters import criterion

    return criterion(reading, type, value, name)


SPECIAL: dict[str, Callable[[Reading, str, str, str], Criterion | None]] = {
    "near": near,
    "_list": listed,
    "_text": text,
    "_content": content,
    "_filter": filtered,
    "_contained": contained,
    "_containedType": contained_type,
}
