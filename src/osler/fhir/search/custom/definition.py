"""From a SearchParameter resource to search parameters, or to what is wrong with it."""

from __future__ import annotations

import re
from typing import Any, cast

from osler.core.errors import Fault, Invalid
from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.custom.composite import composite_param
from osler.fhir.search.custom.expression import ANY_BASE, LONGEST, check_functions, datatypes_of, part_for
from osler.fhir.search.custom.params import CustomParam, CustomParams, readable

TYPES = ("token", "reference", "string", "date", "number", "quantity", "uri", "composite")
"""Types of search parameters that a site can define."""
MOST_BASES = 20
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)
_HERE = "SearchParameter"
_HL7 = "http://hl7.org/fhir/"


def faults_of(resource: dict[str, Any], known: CustomParams | None = None) -> list[Fault]:
    """What keeps an active SearchParameter from being searched by. One that is not active has no such faults; nor have
    resources of other types, and the definitions that HL7 publishes of what is built in. `known` are the parameters that
    there are already."""
    if resource.get("resourceType") != _HERE or resource.get("status") != "active" or _is_built_in(resource):
        return []
    try:
        found = _params(resource)
    except Invalid as error:
        return list(error.faults)
    return known.clashes(found) if known is not None else []


def params_of(resource: dict[str, Any]) -> tuple[CustomParam, ...]:
    """The parameters that a SearchParameter defines, one for each base; none when it is not active, has faults, or is
    HL7's own definition of what is built in."""
    if resource.get("status") != "active" or _is_built_in(resource):
        return ()
    try:
        return _params(resource)
    except Invalid:
        return ()


def _is_built_in(resource: dict[str, Any]) -> bool:
    """Whether HL7 has published this of a parameter that all its types have here. It can be kept beside the others of its
    guide, and changes nothing."""
    url, code, bases = (resource.get(name) for name in ("url", "code", "base"))
    if not (isinstance(url, str) and url.startswith(_HL7) and isinstance(bases, list)):
        return False
    known = definitions()
    types = known.resource_types
    named = cast("list[Any]", bases)
    return bool(named) and all(
        base in ANY_BASE or (base in types and code in known.search_params(base)) for base in named
    )


def _params(resource: dict[str, Any]) -> tuple[CustomParam, ...]:
    code, kind, text = _checked(resource)
    bases = cast("list[str]", resource["base"])
    return tuple(_param(resource, base, f"{_HERE}.base[{n}]", code, kind, text) for n, base in enumerate(bases))


def _checked(resource: dict[str, Any]) -> tuple[str, str, str]:
    code, kind, text, bases = (resource.get(name) for name in ("code", "type", "expression", "base"))
    faults: list[Fault] = []
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        words = "The code begins with a letter and has at most 64 letters, digits and hyphens."
        faults.append(Fault(words, f"{_HERE}.code", "value"))
    if kind not in TYPES:
        words = f"Only these types of search parameters can be defined: {', '.join(TYPES)}."
        faults.append(Fault(words, f"{_HERE}.type", "not-supported"))
    if resource.get("xpathUsage", "normal") != "normal":
        faults.append(Fault("Only the usage “normal” is supported.", f"{_HERE}.xpathUsage", "not-supported"))
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        words = f"An active search parameter needs an expression, of at most {LONGEST:,} characters."
        faults.append(Fault(words, f"{_HERE}.expression", "required"))
    if not isinstance(bases, list) or not 0 < len(cast("list[Any]", bases)) <= MOST_BASES:
        faults.append(Fault(f"An active search parameter names 1 to {MOST_BASES} types.", f"{_HERE}.base", "required"))
    else:
        faults += _wrong_bases(cast("list[Any]", bases), code)
    if faults:
        raise Invalid("This search parameter cannot be active.", faults=tuple(faults))
    return cast("str", code), cast("str", kind), cast("str", text)


def _wrong_bases(bases: list[Any], code: object) -> list[Fault]:
    found: list[Fault] = []
    for n, base in enumerate(bases):
        if base not in definitions().resource_types:
            words = "Name the resource types it is for: there is no type of this name that has resources."
            found.append(Fault(words, f"{_HERE}.base[{n}]", "code-invalid"))
        elif code in definitions().search_params(base):
            words = f"{base} has a search parameter of this code, which a site's own may not change."
            found.append(Fault(words, f"{_HERE}.code", "business-rule"))
        elif base in bases[:n]:
            found.append(Fault("The type is named twice.", f"{_HERE}.base[{n}]", "value"))
    return found


def _param(resource: dict[str, Any], base: str, place: str, code: str, kind: str, text: str) -> CustomParam:
    try:
        own = part_for(text, base)
        if not own:
            raise Invalid("The expression has no part for this type.", path=place)
        if kind == "composite":
            return CustomParam(resource.get("id", ""), composite_param(resource, base, code, own), frozenset())
        check_functions(own)
        datatypes = datatypes_of(own, base)
    except Invalid as error:
        path = error.faults[0].path or f"{_HERE}.expression"
        raise Invalid(error.message, path=path) from None
    read = readable(kind) if datatypes is None else datatypes & readable(kind)
    if not read:
        found = ", ".join(sorted(datatypes or ()))
        raise Invalid(f"A {kind} parameter reads nothing of {found}.", path=f"{_HERE}.expression")
    param = SearchParam(code, kind, base, own, _targets(resource, kind), (), resource.get("url", ""))
    return CustomParam(resource.get("id", ""), param, read)


def _targets(resource: dict[str, Any], kind: str) -> tuple[str, ...]:
    if kind != "reference":
        return ()
    every = definitions().resource_types
    return tuple(sorted(every.intersection(resource.get("target") or ()) or every))
