"""A code system held in memory, made from a FHIR CodeSystem: those built in and those a practice writes itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

from osler.terminology.valuesets.concepts import Concept, Hit, Json
from osler.terminology.valuesets.hierarchy import Hierarchy
from osler.terminology.valuesets.reading import about_system, read_concept, walk
from osler.terminology.valuesets.system import Test
from osler.terminology.valuesets.texts import TextIndex


class TableSystem:
    """The concepts of one CodeSystem resource. Concepts are read when they are first asked for."""

    def __init__(self, resource: Json) -> None:
        self._rows: dict[str, Json] = {}
        self._nested: dict[str, str] = {}
        for concept, parent in walk(resource.get("concept", ())):
            code = concept.get("code", "")
            self._rows.setdefault(code, concept)
            if parent:
                self._nested.setdefault(code, parent)
        self._hierarchy = Hierarchy(self._rows, self._nested, resource.get("property", ()))
        self.about = about_system(resource, hierarchical=bool(self._hierarchy))
        self._kinds: dict[str, Any] = {each.get("code", ""): each for each in resource.get("property", ())}
        self._folded = None if self.about.case_sensitive else {code.casefold(): code for code in self._rows}
        self._found: dict[str, Concept] = {}
        self._texts: TextIndex | None = None

    def find(self, code: str) -> Concept | None:
        found = self._found.get(code)
        if found is None:
            own = self._own(code)
            if own is None:
                return None
            found = self._found[code] = read_concept(self._rows[own], self._hierarchy.parents(own), self._kinds)
        return found

    def _own(self, code: str) -> str | None:
        if code in self._rows:
            return code
        return self._folded.get(code.casefold()) if self._folded is not None else None

    def count(self) -> int:
        return len(self._rows)

    def codes(self, after: int = 0) -> Iterable[str]:
        return islice(self._rows, after, None)

    def is_inactive(self, code: str) -> bool:
        concept = self.find(code)
        return concept is not None and concept.inactive

    def children(self, code: str) -> Sequence[str]:
        return self._hierarchy.children(code)

    def ancestors(self, code: str) -> AbstractSet[str]:
        return self._hierarchy.ancestors(code)

    def descendants(self, code: str) -> Collection[str]:
        return self._hierarchy.descendants(code)

    def with_property(self, name: str, value: str) -> Iterable[str] | None:
        return None

    def match(
        self, text: str, limit: int, *, within: Collection[str] | None = None, where: Test | None = None
    ) -> Sequence[Hit]:
        if self._texts is None:
            self._texts = TextIndex((code, _words(code, row)) for code, row in self._rows.items())
        return self._texts.match(text, limit, within, where)


def _words(code: str, row: Json) -> list[str]:
    return [row.get("display", ""), code, *(each.get("value", "") for each in row.get("designation", ()))]
