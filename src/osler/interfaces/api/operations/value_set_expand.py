"""`ValueSet/$expand` (R4 valueset-operation-expand.html)."""

from __future__ import annotations

from typing import Any

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.code_system_lookup import asked_languages
from osler.interfaces.api.operations.terminology.given import Given, given
from osler.interfaces.api.operations.terminology.recorded import Json, answered
from osler.interfaces.api.operations.value_set_validate_code import named_value_set
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Expanding, Terminology, Versions
from osler.terminology.valuesets.versions import split_canonical

_FLAGS = (
    "includeDesignations", "includeDefinition", "activeOnly", "excludeNested", "excludeNotForUI", "excludePostCoordinated",
)  # fmt: skip
_VERSIONS = ("system-version", "check-system-version", "force-system-version")
KNOWN = frozenset((
    "url", "valueSet", "valueSetVersion", "context", "contextDirection", "filter", "date", "offset", "count", "designation",
    "displayLanguage", "exclude-system", "incomplete-ok", *_FLAGS, *_VERSIONS,
))  # fmt: skip


@permission(Permission.FHIR)
async def value_set_expand(request: Request) -> Answer:
    """The value set with its codes, or a page of them."""
    asked = await given(request, KNOWN, "$expand")
    wanted, versions = _expanding(request, asked), asked_versions(asked)
    now = request.context.gate.clock()

    def work(terminology: Terminology, resource: Json | None) -> Json:
        value_set = resource or named_value_set(asked, "valueSetVersion")
        return terminology.expand(value_set, wanted, now=now, versions=versions)

    return await answered(request, "ValueSet", work, asked.resource("valueSet", "ValueSet"))


def _expanding(request: Request, asked: Given) -> Expanding:
    return Expanding(
        filter=asked.text("filter")[:200],
        offset=asked.number("offset") or 0,
        count=asked.number("count"),
        active_only=asked.flag("activeOnly"),
        include_designations=asked.flag("includeDesignations") or bool(asked.all("designation")),
        designations=tuple(asked.texts("designation")),
        include_definition=asked.flag("includeDefinition"),
        nest=not asked.flag("excludeNested", default=True),
        choosable_only=asked.flag("excludeNotForUI"),
        without_systems=tuple(split_canonical(each)[0] for each in asked.texts("exclude-system")),
        languages=asked_languages(request, asked),
        incomplete_ok=asked.flag("incomplete-ok"),
        echoed=tuple(_echoed(asked)),
    )


def _echoed(asked: Given) -> list[tuple[str, str, Any]]:
    """The parameters that shape the answer, as they were understood."""
    told: list[tuple[str, str, Any]] = [
        (name, "valueString", asked.text("filter")) for name in ["filter"] if asked.text("filter")
    ]
    told += [(name, "valueInteger", found) for name in ("offset", "count") if (found := asked.number(name)) is not None]
    told += [(name, "valueBoolean", asked.flag(name)) for name in _FLAGS if asked.all(name)]
    told += [("displayLanguage", "valueCode", asked.text("displayLanguage"))] if asked.text("displayLanguage") else []
    told += [(name, "valueUri", each) for name in ("exclude-system", *_VERSIONS) for each in asked.texts(name)]
    return told + ([("date", "valueDateTime", asked.text("date"))] if asked.text("date") else [])


def asked_versions(asked: Given) -> Versions:
    """Which versions of code systems to use, and as of which day."""
    default, check, force = (dict(_canonicals(asked, name)) for name in _VERSIONS)
    return Versions(default, force, check, asked.date("date"))


def _canonicals(asked: Given, name: str) -> list[tuple[str, str]]:
    found = [split_canonical(each) for each in asked.texts(name)]
    if not all(url and version for url, version in found):
        raise Invalid(f"{name} takes system|version.", path=name)
    return found
