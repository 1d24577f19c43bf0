"""Language tags, BCP 47 (RFC 5646): well formed, and a two-letter language is one of ISO 639-1."""

from __future__ import annotations

import re

from osler.terminology.valuesets.concepts import Concept, Property
from osler.terminology.valuesets.rules.grammar import GrammarSystem
from osler.terminology.valuesets.rules.lists import read_list
from osler.terminology.valuesets.system import About

BCP_47 = "urn:ietf:bcp:47"
_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?P<extlang>(?:-[A-Za-z]{3}){0,3})(?:-(?P<script>[A-Za-z]{4}))?"
    r"(?:-(?P<region>[A-Za-z]{2}|\d{3}))?(?P<variant>(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3})){0,8})"
    r"(?P<extension>(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8}){1,8}){0,8})(?P<private>(?:-[xX](?:-[A-Za-z0-9]{1,8}){1,8})?)"
)
_PARTS = {
    "language": "language", "extlang": "ext-lang", "script": "script", "region": "region", "variant": "variant",
    "extension": "extension", "private": "private-use",
}  # fmt: skip
LONGEST = 100


def language_system() -> GrammarSystem:
    names = read_list("languages.tsv")
    regions = read_list("countries.tsv")

    def read(tag: str) -> Concept | None:
        match = _TAG.fullmatch(tag) if len(tag) <= LONGEST else None
        if match is None:
            return None
        language, region = match["language"].lower(), (match["region"] or "").upper()
        known = names.get(language)
        if (len(language) == 2 and known is None) or (len(region) == 2 and region not in regions):
            return None
        name = known[0] if known else tag
        properties = [
            Property(name, "valueCode", match[part].strip("-")) for part, name in _PARTS.items() if match[part]
        ]
        display = f"{name} ({regions[region][2]})" if region in regions else name
        return Concept(tag, display, properties=tuple(properties))

    properties = dict.fromkeys(_PARTS.values(), "code")
    about = About(
        BCP_47, title="Tags for Identifying Languages", source="IETF", grammar=True, case_sensitive=False, properties=properties
    )  # fmt: skip
    return GrammarSystem(about, read, {code: name for code, (name,) in names.items()})
