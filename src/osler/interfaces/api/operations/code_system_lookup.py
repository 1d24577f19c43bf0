"""`CodeSystem/$lookup` (R4 codesystem-operation-lookup.html)."""

from __future__ import annotations

from osler.access.permissions import Permission, permission
from osler.core.errors import Invalid
from osler.interfaces.api.answer import Answer
from osler.interfaces.api.operations.terminology.given import Given, given
from osler.interfaces.api.operations.terminology.recorded import answered
from osler.interfaces.api.request import Request
from osler.terminology.valuesets.operations.answers import wanted_languages

KNOWN = frozenset(("code", "system", "version", "coding", "date", "displayLanguage", "property"))


@permission(Permission.FHIR)
async def code_system_lookup(request: Request) -> Answer:
    """What a code system says of a code."""
    asked = await given(request, KNOWN, "$lookup")
    system, code, version = named_code(asked)
    on, languages, properties = asked.date("date"), asked_languages(request, asked), asked.texts("property")

    return await answered(
        request, "CodeSystem",
        lambda terminology, _: terminology.lookup(
            code, system, version, on=on, languages=languages, properties=properties
        ),
    )  # fmt: skip


def named_code(asked: Given) -> tuple[str, str, str]:
    """System, code and version, given one by one or as a Coding."""
    coding = asked.coding("coding")
    if (coding is None) == (not asked.text("code")):
        raise Invalid("Give code with system, or a coding.", path="code")
    coding = coding or {"system": asked.text("system"), "code": asked.text("code"), "version": asked.text("version")}
    if not coding.get("system") or not coding.get("code"):
        raise Invalid("A code is told by its system and its code.", path="system")
    return coding["system"], coding["code"], coding.get("version", "")


def asked_languages(request: Request, asked: Given) -> tuple[str, ...]:
    """`displayLanguage`, else what the client's Accept-Language prefers."""
    return wanted_languages(asked.text("displayLanguage") or request.header("accept-language"))
