"""Members of resources that were checked before and found sound: the codes, categories, units and people of a practice are
few, and are written into every resource anew."""

from __future__ import annotations

from collections.abc import Iterable

from osler.core.recent import Recent
from osler.fhir.members import BRACKETS, LONGEST, Members
from osler.fhir.validate.ports import CodeCheck

_MOST = 8_000


class SoundMembers:
    """Texts of members that had no fault, looked at by themselves. Only for checks without warnings."""

    def __init__(self) -> None:
        self._sound = Recent[tuple[str, str, bytes], bool](_MOST)

    def among(self, type_: str, members: Members) -> frozenset[str]:
        """Names of the members that are known to be sound in a resource of this type."""
        sound = self._sound
        return frozenset([name for name, text in members.items() if text[0] in BRACKETS and sound[type_, name, text]])

    def keep(self, type_: str, names: Iterable[str], members: Members) -> None:
        for name in names:
            text = members[name]
            if text[0] in BRACKETS and len(text) <= LONGEST:  # primitives are as soon looked at again
                self._sound.keep((type_, name, text), True)


class AskedCodes:
    """A CodeCheck that counts how often it is asked: what it answers may be another tomorrow."""

    def __init__(self, codes: CodeCheck) -> None:
        self._codes = codes
        self.times = 0

    def member(self, value_set: str, system: str | None, code: str, display: str | None = None) -> bool | None:
        """As `CodeCheck`."""
        self.times += 1
        return self._codes.member(value_set, system, code, display)
