"""Which names an element can be called by, where an extension says what it may be put on."""

from __future__ import annotations

from functools import lru_cache

from osler.fhir.definitions import definitions


@lru_cache(maxsize=4096)
def names_of_place(resource_type: str, names: tuple[str, ...]) -> frozenset[str]:
    """`Patient.name.period` is also HumanName.period, Period and Element.

    `names` are JSON names below the resource, as paths have them.
    """
    known = definitions()
    found = {resource_type, "Resource", "DomainResource"} if not names else set[str]()
    starts, structure = [[resource_type]], resource_type
    for position, name in enumerate(names):
        element = known.elements(structure or "Element")[name]
        last = position == len(names) - 1
        plain = f"{element.choice}[x]" if element.choice else element.name
        starts = [[*start, plain] for start in starts]
        structure = element.children
        if structure and structure == element.type:
            starts.append([structure])
        if element.path.count(".") > 1 or structure == element.path:
            starts.append([*element.path.split(".")[:-1], plain])
        if "." in structure and structure != element.path:
            # Defined elsewhere in the type: CodeSystem.concept.concept is a CodeSystem.concept.
            starts.append(structure.split("."))
        if last:
            found |= {element.type, "Element"} | {".".join(start) for start in starts}
            if "." in structure:
                found.add("BackboneElement")
    return frozenset(found) | {each.removesuffix("[x]") for each in found}
