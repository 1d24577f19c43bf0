"""Parts of answers: FHIR `Parameters`, and names in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from osler.terminology.valuesets.concepts import Concept, Json, Name

Part = dict[str, Any]


def parameters(parts: Iterable[Part | None]) -> dict[str, Any]:
    """The resource with those parts that there are."""
    return {"resourceType": "Parameters", "parameter": [each for each in parts if each]}


def text(name: str, value: str) -> Part | None:
    """A string parameter; none for an empty one."""
    return {"name": name, "valueString": value} if value else None


def parts(name: str, *inner: Part | None) -> Part:
    return {"name": name, "part": [each for each in inner if each]}


def coding(system: str, code: str, display: str = "", version: str = "") -> dict[str, str]:
    whole = {"system": system, "version": version, "code": code, "display": display}
    return {name: value for name, value in whole.items() if value}


def wanted_languages(said: str) -> tuple[str, ...]:
    """`es-MX,es;q=0.8` in the order of preference; quality values only as far as the order goes."""
    return tuple(word.partition(";")[0].strip().casefold() for word in said.split(",") if word.strip())


def speaks(language: str, wanted: str) -> bool:
    """`es` is spoken by `es-MX`, not the other way."""
    language = language.casefold()
    return bool(language) and (language == wanted or language.startswith(f"{wanted}-"))


def display_of(concept: Concept | None, listed: Json | None, languages: tuple[str, ...]) -> str:
    """The name to show: in the first language that it has one in, else what the value set or the system calls it."""
    names = all_names(concept, listed)
    for language in languages:
        for each in names:
            if speaks(each.language, language):
                return each.value
        base = language.partition("-")[0]
        for each in names:
            if speaks(each.language, base):
                return each.value
    return (listed or {}).get("display") or (concept.display if concept else "")


def all_names(concept: Concept | None, listed: Json | None) -> list[Name]:
    """Designations of the value set before those of the code system."""
    own = (listed or {}).get("designation", ())
    said = [Name(each.get("value", ""), each.get("language", ""), each.get("use")) for each in own]
    return [*said, *(concept.names if concept else ())]


def designation_parts(name: Name) -> list[Part | None]:
    return [
        {"name": "language", "valueCode": name.language} if name.language else None,
        {"name": "use", "valueCoding": dict(name.use)} if name.use else None,
        {"name": "value", "valueString": name.value},
    ]
