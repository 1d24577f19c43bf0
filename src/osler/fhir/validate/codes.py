"""Whether a code belongs to a value set: by the list compiled in, by the grammar of its system, or by asking others."""

from __future__ import annotations

import re
from collections.abc import Callable

from osler.fhir.datatypes.units import find_unit
from osler.fhir.definitions.profiles import Profiles
from osler.fhir.validate.ports import CodeCheck

_SOME = "*"


def _matching(pattern: str) -> Callable[[str], bool]:
    return lambda code, fullmatch=re.compile(pattern).fullmatch: fullmatch(code) is not None


def _is_unit(code: str) -> bool:
    return find_unit(code) is not None


GRAMMARS: dict[str, Callable[[str], bool]] = {
    "urn:ietf:bcp:47": _matching(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}|[xi](-[A-Za-z0-9]{1,8}){1,8}"),
    "urn:ietf:bcp:13": _matching(r"[\w.+-]{1,127}/[\w.+-]{1,127}(\s*;\s*[\w.+-]{1,127}=(\"[^\"]{0,200}\"|[^\s;\"]{1,200})){0,9}"),
    "http://unitsofmeasure.org": _is_unit,
    "urn:iso:std:iso:4217": _matching(r"[A-Z]{3}"),
    "http://terminology.hl7.org/CodeSystem/hl7-work-group": _matching(r"[a-z]{2,10}"),
    "https://www.iana.org/time-zones": _matching(r"[A-Za-z][A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}"),
}  # fmt: skip
"""Systems that nobody lists, but whose codes can be told from what are none."""

SYSTEM_OF = {
    "http://www.rfc-editor.org/bcp/bcp13.txt": "urn:ietf:bcp:13",
    "http://terminology.hl7.org/ValueSet/v3-UnitsOfMeasureCaseSensitive": "http://unitsofmeasure.org",
    "http://hl7.org/fhir/ValueSet/hl7-work-group": "http://terminology.hl7.org/CodeSystem/hl7-work-group",
}
"""Value sets that are all of a system: R4 names a document where one should be, HL7 one that nobody publishes, and lists
the work groups of 2019, where guides of today name those of today."""


class ValueSetTest:
    """Asks about one value set."""

    __slots__ = ("_any_system", "_codes", "_listed", "_vague", "value_set")

    def __init__(self, value_set: str, profiles: Profiles, codes: CodeCheck | None) -> None:
        self.value_set = value_set
        self._codes = codes
        systems = {SYSTEM_OF[value_set]: [_SOME]} if value_set in SYSTEM_OF else profiles.codes(value_set)
        self._vague = frozenset(system for system, listed in (systems or {}).items() if _SOME in listed)
        self._listed = None if systems is None else {system: frozenset(each) for system, each in systems.items()}
        self._any_system = frozenset(code for listed in (systems or {}).values() for code in listed)

    def code(self, code: str) -> bool | None:
        """A `code`, which is of whatever system the value set has it from. None: not checked."""
        if code in self._any_system:
            return True
        if self._listed is None:
            return self._ask(None, code, None)
        answers = [self._vaguely(system, code, None) for system in self._vague]
        return True if True in answers else None if None in answers else False

    def coding(self, system: str | None, code: str | None, display: str | None) -> bool | None:
        """A Coding or Quantity. None: not checked."""
        if not code or not system:
            return False
        if self._listed is None:
            return self._ask(system, code, display)
        listed = self._listed.get(system)
        if listed is None:
            return False
        if code in listed:
            return True
        return self._vaguely(system, code, display) if system in self._vague else False

    def _vaguely(self, system: str, code: str, display: str | None) -> bool | None:
        grammar = GRAMMARS.get(system)
        if grammar is not None:
            return grammar(code)
        return self._ask(system, code, display)

    def _ask(self, system: str | None, code: str, display: str | None) -> bool | None:
        return None if self._codes is None else self._codes.member(self.value_set, system, code, display)
