"""`ValueSet/$validate-code` (R4 valueset-operation-validate-code.html)."""

from __future__ import annotations

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid, Unsupported
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.code_system_lookup import asked_languages
from osler.interfaces.api.operations.terminology.given import Given, given
from osler.interfaces.api.operations.terminology.recorded import Json, answered
from osler.interfaces.api.operations.terminology.validating import asked_codes
from osler.interfaces.api.request import Request
from osler.terminology.valuesets import Terminology, Versions

KNOWN = frozenset((
    "url", "valueSet", "valueSetVersion", "code", "system", "systemVersion", "display", "coding", "codeableConcept", "date",
    "abstract", "displayLanguage", "context",
))  # fmt: skip


@permission(Permission.FHIR)
async def value_set_validate_code(request: Request) -> Answer:
    """Whether a value set has a code, by this name."""
    asked = await given(request, KNOWN, "$validate-code")
    codes = asked_codes(asked, asked.text("system"), asked.text("systemVersion"))
    languages, versions = asked_languages(request, asked), Versions(on=asked.date("date"))
    abstract, infer = asked.flag("abstract"), bool(asked.all("code"))

    def work(terminology: Terminology, resource: Json | None) -> Json:
        verdict = terminology.validate_in_value_set(
            codes, resource or named_value_set(asked, "valueSetVersion"), versions=versions, abstract=abstract,
            infer_system=infer, languages=languages,
        )  # fmt: skip
        return verdict.parameters()

    return await answered(request, "ValueSet", work, asked.resource("valueSet", "ValueSet"))


def named_value_set(asked: Given, version: str) -> str:
    """The canonical of `url` and the version that goes with it."""
    if asked.text("context"):
        raise Unsupported("Name the value set by url; context is not supported.")
    url = asked.text("url")
    if not url:
        raise Invalid("Say which value set: url, or valueSet in the body.", path="url")
    wanted = asked.text(version)
    return f"{url}|{wanted}" if wanted and "|" not in url else url
