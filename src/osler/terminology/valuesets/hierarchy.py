"""Who is above whom in a code system: nested concepts, and those named by `parent` and `child` properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from osler.terminology.valuesets.concepts import Json

_STANDARD = "http://hl7.org/fhir/concept-properties#"


class Hierarchy:
    """Parents and children by code; falsy when nobody has any. A concept may have several parents; circles do no harm."""

    def __init__(self, rows: Mapping[str, Json], nested: Mapping[str, str], properties: Iterable[Json]) -> None:
        self._up: dict[str, list[str]] = {}
        self._down: dict[str, list[str]] = {}
        for code, parent in nested.items():
            self._join(code, parent)
        above, below = _names(properties, "parent"), _names(properties, "child")
        for code, row in rows.items():
            for each in row.get("property", ()):
                other = each.get("valueCode", "")
                if other in rows and other != code:
                    if each.get("code") in above:
                        self._join(code, other)
                    elif each.get("code") in below:
                        self._join(other, code)

    def _join(self, code: str, parent: str) -> None:
        parents = self._up.setdefault(code, [])
        if parent not in parents:
            parents.append(parent)
            self._down.setdefault(parent, []).append(code)

    def __bool__(self) -> bool:
        return bool(self._up)

    def parents(self, code: str) -> tuple[str, ...]:
        return tuple(self._up.get(code, ()))

    def children(self, code: str) -> Sequence[str]:
        return self._down.get(code, ())

    def ancestors(self, code: str) -> frozenset[str]:
        return frozenset(reach(code, self._up))

    def descendants(self, code: str) -> Sequence[str]:
        return reach(code, self._down)


def reach(code: str, ways: Mapping[str, Sequence[str]]) -> list[str]:
    """All that can be reached, each once, without the start."""
    seen, found, waiting = {code}, [], list(reversed(ways.get(code, ())))
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            found.append(each)
            waiting += reversed(ways.get(each, ()))
    return found


def _names(properties: Iterable[Json], word: str) -> frozenset[str]:
    """What a system calls the standard property; its own name where it says nothing."""
    said = {each.get("code", "") for each in properties if each.get("uri") == _STANDARD + word}
    return frozenset(said | {word})
