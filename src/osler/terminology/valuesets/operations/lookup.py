"""CodeSystem/$lookup: what a code system says of a code (R4 codesystem-operation-lookup.html)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from osler.core.errors import NotFound
from osler.terminology.valuesets.concepts import Concept, Property
from osler.terminology.valuesets.operations.answers import Part, designation_parts, display_of, parameters, parts, text
from osler.terminology.valuesets.system import System

_WITH_DISPLAYS = ("parent", "child")
MOST_CHILDREN = 1000


def look_up(
    system: System, code: str, *, languages: tuple[str, ...] = (), properties: Collection[str] = ()
) -> dict[str, Any]:
    """The Parameters of the answer; `properties` narrows what is told beside the names. Raises NotFound."""
    concept = system.find(code)
    if concept is None:
        part = " Only a part of this code system is loaded." if system.about.partial else ""
        raise NotFound(f"{system.about.url} has no such code here.{part}", path="code")
    told = _Told(system, concept, languages, frozenset(properties))
    return parameters(told.all())


class _Told:
    def __init__(self, system: System, concept: Concept, languages: tuple[str, ...], wanted: frozenset[str]) -> None:
        self._system, self._concept, self._languages, self._wanted = system, concept, languages, wanted

    def all(self) -> Iterator[Part | None]:
        about, concept = self._system.about, self._concept
        yield text("name", about.title or about.url)
        yield text("version", about.version)
        yield {"name": "display", "valueString": display_of(concept, None, self._languages) or concept.code}
        if concept.definition and self._asks("definition"):
            yield text("definition", concept.definition)
        if self._asks("designation"):
            yield from (parts("designation", *designation_parts(each)) for each in concept.names if each.value)
        else:
            wanted = {each.removeprefix("lang.") for each in self._wanted if each.startswith("lang.")}
            named = (each for each in concept.names if each.language in wanted)
            yield from (parts("designation", *designation_parts(each)) for each in named)
        yield from self._properties()

    def _asks(self, name: str) -> bool:
        return not self._wanted or name in self._wanted or "*" in self._wanted

    def _properties(self) -> Iterator[Part]:
        concept = self._concept
        own = {each.code for each in concept.properties}
        for each in concept.properties:
            if self._asks(each.code):
                yield _property(each)
        if "inactive" not in own and self._asks("inactive"):
            yield _property(Property("inactive", "valueBoolean", concept.inactive))
        if concept.abstract and not own & {"notSelectable", "abstract"} and self._asks("notSelectable"):
            yield _property(Property("notSelectable", "valueBoolean", True))
        if self._asks("parent"):
            yield from (self._relative("parent", code) for code in concept.parents)
        if self._asks("child"):
            yield from (self._relative("child", code) for code in self._system.children(concept.code)[:MOST_CHILDREN])

    def _relative(self, name: str, code: str) -> Part:
        found = self._system.find(code)
        made = _property(Property(name, "valueCode", code))
        display = display_of(found, None, self._languages)
        if display:
            made["part"].append({"name": "description", "valueString": display})
        return made


def _property(each: Property) -> Part:
    return parts("property", {"name": "code", "valueCode": each.code}, {"name": "value", each.kind: each.value})
