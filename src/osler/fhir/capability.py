"""The CapabilityStatement: made from the routes that are there and the search parameters that the search answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from osler.core.errors import OslerError
from osler.fhir.definitions import SearchParam, definitions
from osler.fhir.search.custom import NONE, CustomParams
from osler.fhir.search.parse.reading import facts_of
from osler.fhir.search.parse.special import SPECIAL

Operation = tuple[str, str, str]
"""Resource type (empty: of the system), name, canonical of the definition."""

_OF_A_TYPE = (
    "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type",
)  # fmt: skip
_OF_THE_SYSTEM = {
    "bundle": ("transaction", "batch"),
    "history-system": ("history-system",),
    "search-system": ("search-system",),
}
_COMPARTMENTS = ("Patient", "Encounter", "RelatedPerson", "Practitioner", "Device")
_SECURITY = (
    "Every request but this one needs an API token (Authorization: Bearer …), whose scopes are those of SMART App Launch 2,"
    " or a staff session. What a caller may not see is, in every answer, not there."
)


def capability_statement(
    base_url: str, *, date: str, interactions: Collection[str], cors: bool, operations: Collection[Operation],
    profiles: Mapping[str, list[str]], guides: Collection[str], not_checked: Collection[str], custom: CustomParams = NONE,
) -> dict[str, Any]:  # fmt: skip
    """`interactions` are the codes of R4 (`bundle` for transaction and batch), `profiles` the canonicals that resources of
    a type are checked against, `not_checked` the value sets whose codes cannot be told right from wrong,
    `custom` the site's own search parameters that are answered."""
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base_url}/metadata",
        "version": version("osler"),
        "name": "Osler",
        "title": "Osler health record",
        "status": "active",
        "date": date,
        "publisher": "Osler",
        "kind": "instance",
        "software": {"name": "Osler", "version": version("osler")},
        "implementation": {"description": "Osler health record", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "instantiates": ["http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"],
        "implementationGuide": list(guides),
        "rest": [_rest(interactions, cors, operations, profiles, custom) | _documentation(not_checked)],
    }


def _documentation(not_checked: Collection[str]) -> dict[str, str]:
    if not not_checked:
        return {}
    sets = "".join(f"\n* {url}" for url in not_checked)
    return {
        "documentation": f"Codes that a profile requires to be from one of these value sets are not checked:\n{sets}"
    }


def _rest(
    interactions: Collection[str],
    cors: bool,
    operations: Collection[Operation],
    profiles: Mapping[str, list[str]],
    custom: CustomParams,
) -> dict[str, Any]:
    types = sorted(definitions().resource_types)
    system = [code for name, codes in _OF_THE_SYSTEM.items() if name in interactions for code in codes]
    own = _operations("", operations)
    return {
        "mode": "server",
        "security": {"cors": cors, "description": _SECURITY},
        "resource": [_resource(type_, interactions, operations, profiles.get(type_, []), custom) for type_ in types],
        "interaction": [{"code": code} for code in system],
        "searchParam": [{"name": name, "type": "special"} for name in ("_filter", "_list", "_has")],
        "compartment": [f"http://hl7.org/fhir/CompartmentDefinition/{kind.lower()}" for kind in _COMPARTMENTS],
        **({"operation": own} if own else {}),
    }


def _resource(
    type_: str,
    interactions: Collection[str],
    operations: Collection[Operation],
    profiles: list[str],
    custom: CustomParams,
) -> dict[str, Any]:
    params = (*answered_params(type_), *_own(custom, type_))
    found: dict[str, Any] = {
        "type": type_,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{type_}",
        **({"supportedProfile": profiles} if profiles else {}),
        "interaction": [{"code": code} for code in _OF_A_TYPE if code in interactions],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "referencePolicy": ["literal", "logical", "enforced", "local"],
    }
    includes = [f"{type_}:{param.code}" for param in params if _is_followed(type_, param, custom)]
    back = revincludes().get(type_, ())
    own = _operations(type_, operations)
    lists = {
        "searchInclude": ["*", *includes] if includes else [],
        "searchRevInclude": list(back),
        "searchParam": [_param(param) for param in params],
        "operation": own,
    }
    return found | {name: value for name, value in lists.items() if value}


def _operations(type_: str, operations: Collection[Operation]) -> list[dict[str, str]]:
    return [{"name": name, "definition": url} for kind, name, url in operations if kind == type_]


def _param(param: SearchParam) -> dict[str, str]:
    named = {"name": param.code, "definition": param.url} if param.url else {"name": param.code}
    return {**named, "type": param.type}


@cache
def answered_params(type_: str) -> tuple[SearchParam, ...]:
    """The search parameters of a type that a search answers, rather than refuse as not supported yet."""
    return tuple(
        param for code, param in sorted(definitions().search_params(type_).items()) if _is_answered(type_, code)
    )


def _is_answered(type_: str, code: str) -> bool:
    if code in SPECIAL:
        return True
    try:
        facts_of(type_, code, code)
    except OslerError:
        return False
    return True


def _own(custom: CustomParams, type_: str) -> list[SearchParam]:
    return [each.param for _, each in sorted(custom.by_type.get(type_, {}).items())]


def _is_followed(type_: str, param: SearchParam, custom: CustomParams = NONE) -> bool:
    """Reads references; canonicals are no way to a resource yet."""
    return param.type == "reference" and facts_of(type_, param.code, param.code, custom).literal


@cache
def revincludes() -> dict[str, tuple[str, ...]]:
    """Type → `Source:param` of the references that are declared to point at it. Those that may point anywhere work too."""
    found: dict[str, list[str]] = {}
    every = len(definitions().resource_types)
    for source in sorted(definitions().resource_types):
        for param in answered_params(source):
            if _is_followed(source, param) and len(param.targets) < every:
                for target in param.targets:
                    found.setdefault(target, []).append(f"{source}:{param.code}")
    return {type_: tuple(names) for type_, names in found.items()}
