"""Filters in value sets (R4 valueset-filter-operator.html): is a code in, and which codes are?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from osler.core.errors import Invalid, TooCostly
from osler.fhir.datatypes.units import UCUM
from osler.fhir.patterns import Pattern, pattern
from osler.terminology.valuesets.concepts import Concept, Json
from osler.terminology.valuesets.rules.units import canonical_unit
from osler.terminology.valuesets.system import System, is_a
from osler.terminology.valuesets.work import Work

_ITSELF = frozenset(("concept", "code"))
_STANDARD = frozenset(("concept", "code", "display", "parent", "child", "inactive", "notselectable", "abstract"))
_HIERARCHY = frozenset(("is-a", "descendent-of", "is-not-a", "generalizes"))
PROPERTY = 2
"""The breadth of filters on properties: they may have most codes of a system."""
FEW = 64
"""Codes that are asked for one by one before all below are listed."""
MOST_WORDS = 2_000
"""Values of one `in` or `not-in`: each is looked up by itself."""
OPERATORS = (*sorted(_HIERARCHY), "=", "in", "not-in", "regex", "exists")


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of one include, bound to its code system."""

    system: System
    property: str
    op: str
    value: str
    values: frozenset[str] = frozenset()
    """Folded, for `=`, `in` and `not-in`."""
    pattern: Pattern | None = None
    below: Below | None = None
    """For the operators that ask for a hierarchy."""

    def test(self, code: str, work: Work) -> bool | None:
        """Whether the code passes; None when that cannot be told from what is loaded."""
        return _matches(self, self.pattern, code, work) if self.pattern else _TESTS[self.op](self, code)

    def codes(self) -> Iterable[str] | None:
        """The codes that pass; None when only testing each tells."""
        lister = _LISTS.get(self.op)
        return lister(self) if lister else None

    def breadth(self) -> int:
        """A guess at how many codes `codes` has: the lower, the better to begin with."""
        return 0 if self.property.casefold() in _ITSELF and self.op in ("=", "in") else 1 if self.below else PROPERTY

    def is_blind(self) -> bool:
        """Asks for a hierarchy or a property that is not loaded."""
        about = self.system.about
        if self.op in _HIERARCHY:
            return about.partial and not about.hierarchical
        name = self.property.casefold()
        known = name in _STANDARD or any(name == each.casefold() for each in about.properties)
        return about.partial and not known


class Below:
    """Whether codes are at or below one. Who asks once is told by the way up; who goes through many, from a list."""

    def __init__(self, system: System, top: str) -> None:
        self._system, self._top = system, top
        self._asked = 0
        self._codes: frozenset[str] | None = None

    def has(self, code: str) -> bool | None:
        self._asked += 1
        if self._codes is None and self._asked > FEW:
            found = self._system.find(self._top)
            self._codes = frozenset((found.code, *self._system.descendants(found.code)) if found else ())
        about = self._system.about
        if self._codes is None or about.partial or not about.case_sensitive:
            return is_a(self._system, code, self._top)
        return code in self._codes


def bind_filter(system: System, given: Json, path: str) -> Filter:
    """Raises Invalid for an operator that R4 does not have or a regular expression that is none."""
    name, op, value = given.get("property", ""), given.get("op", ""), given.get("value", "")
    if op not in OPERATORS:
        raise Invalid(f"A filter's op is one of: {', '.join(OPERATORS)}.", path=f"{path}.op")
    if op in _HIERARCHY and name.casefold() not in _ITSELF:
        raise Invalid(f"{op} goes with the property concept.", path=f"{path}.property")
    if op in _HIERARCHY:
        return Filter(system, name, op, value, below=Below(system, value))
    if op == "exists" and value not in ("true", "false"):
        raise Invalid("exists takes true or false.", path=f"{path}.value")
    if op == "regex":
        return Filter(system, name, op, value, pattern=_pattern(value, f"{path}.value"))
    if system.about.url == UCUM and name == "canonical":
        value = canonical_unit(value) or value
    words = value.split(",") if op in ("in", "not-in") else (value,)
    if len(words) > MOST_WORDS:
        raise TooCostly(f"{op} takes up to {MOST_WORDS:,} values; list the codes instead.", path=f"{path}.value")
    return Filter(system, name, op, value, values=frozenset(each.strip().casefold() for each in words))


def _pattern(text: str, path: str) -> Pattern:
    try:
        return pattern(text)
    except Invalid as error:
        raise Invalid(error.message, path=path) from None


def _is_a(filter: Filter, code: str) -> bool | None:
    assert filter.below
    return filter.below.has(code)


def _descends(filter: Filter, code: str) -> bool | None:
    return False if code == filter.value else _is_a(filter, code)


def _is_not_a(filter: Filter, code: str) -> bool | None:
    return _not(_is_a(filter, code))


def _generalizes(filter: Filter, code: str) -> bool | None:
    return is_a(filter.system, filter.value, code)


def _equals(filter: Filter, code: str) -> bool | None:
    found = _texts(filter, code)
    return None if found is None else any(each.casefold() in filter.values for each in found)


def _not_in(filter: Filter, code: str) -> bool | None:
    return _not(_equals(filter, code))


def _exists(filter: Filter, code: str) -> bool | None:
    found = _texts(filter, code)
    return None if found is None else (next(iter(found), None) is not None) == (filter.value == "true")


def _matches(filter: Filter, pattern: Pattern, code: str, work: Work) -> bool | None:
    found = (code,) if filter.property.casefold() in _ITSELF else _texts(filter, code)
    return None if found is None else any(pattern.is_all_of(each, work) for each in found)


_TESTS: dict[str, Callable[[Filter, str], bool | None]] = {
    "is-a": _is_a,
    "descendent-of": _descends,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "=": _equals,
    "in": _equals,
    "not-in": _not_in,
    "exists": _exists,
}


def _below(filter: Filter) -> Iterator[str]:
    top = filter.system.find(filter.value)
    if top is not None:
        yield top.code
        yield from filter.system.descendants(top.code)


def _strictly_below(filter: Filter) -> Iterator[str]:
    top = filter.system.find(filter.value)
    if top is not None:
        yield from filter.system.descendants(top.code)


def _above(filter: Filter) -> Iterator[str]:
    bottom = filter.system.find(filter.value)
    if bottom is not None:
        yield bottom.code
        yield from (code for code in filter.system.ancestors(bottom.code) if filter.system.find(code))


def _having(filter: Filter) -> Iterable[str] | None:
    """By the system's own index, which knows the case that the value is written in; the words are tried in the usual ones."""
    name, own = filter.property.casefold(), filter.system.about.properties
    if name in _ITSELF:
        found = (filter.system.find(word.strip()) for word in filter.value.split(","))
        return [each.code for each in found if each]
    indexed = next((each for each in own if each.casefold() == name), None)
    if name in _STANDARD or indexed is None:
        return None
    codes: dict[str, None] = {}
    for word in filter.value.split(",") if filter.op == "in" else [filter.value]:
        for way in dict.fromkeys((word.strip(), word.strip().upper(), word.strip().lower(), word.strip().capitalize())):
            some = filter.system.with_property(indexed, way)
            if some is None:
                return None
            codes.update(dict.fromkeys(some))
    return codes


_LISTS: dict[str, Callable[[Filter], Iterable[str] | None]] = {
    "is-a": _below,
    "descendent-of": _strictly_below,
    "generalizes": _above,
    "=": _having,
    "in": _having,
}


def _texts(filter: Filter, code: str) -> Iterable[str] | None:
    """What a concept has for the filter's property; None when the system may have it but it is not loaded."""
    concept = filter.system.find(code)
    if concept is None:
        return None if filter.system.about.partial else ()
    name = filter.property.casefold()
    if name in _STANDARD:
        return _standard(filter.system, concept, name)
    found = tuple(concept.texts(name))
    return None if not found and filter.is_blind() else found


def _standard(system: System, concept: Concept, name: str) -> Iterable[str]:
    match name:
        case "parent":
            return concept.parents
        case "child":
            return system.children(concept.code)
        case "display":
            return (concept.display,)
        case "inactive":
            return ("true" if concept.inactive else "false",)
        case "notselectable" | "abstract":
            return ("true" if concept.abstract else "false",)
    return (concept.code,)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer
