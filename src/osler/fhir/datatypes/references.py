"""What the text of Reference.reference says (https://hl7.org/fhir/R4/references.html#literal)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from osler.fhir.definitions import definitions

ReferenceKind = Literal["relative", "absolute", "fragment", "urn", "conditional", "other"]

_REST = re.compile(r"(?:(https?://.+)/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?")
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?(.+)", re.DOTALL)
_URN = ("urn:uuid:", "urn:oid:")


class LiteralReference(NamedTuple):
    """A reference taken apart; what a kind does not have is empty."""

    kind: ReferenceKind
    """relative `Patient/1`; absolute `http://…/Patient/1`; fragment `#p1`; urn `urn:uuid:…`; conditional
    `Patient?identifier=…` (only in transactions); other: any other text, such as a URL that is not of a FHIR server."""
    type: str = ""
    id: str = ""
    """Logical id; of a fragment, the id of the contained resource (empty for `#`, the container itself)."""
    version: str = ""
    base: str = ""
    """Server of an absolute reference, without the slash at the end."""
    query: str = ""
    """Search of a conditional reference."""

    @property
    def local(self) -> str:
        """`Type/id` without base and version."""
        return f"{self.type}/{self.id}"


def parse_reference(text: str) -> LiteralReference:
    """Never fails: what is nothing known is `other`."""
    if text.startswith("#"):
        return LiteralReference("fragment", id=text[1:])
    found = _REST.fullmatch(text)
    if found is not None:
        base, type_, id_, version = found.groups("")
        if type_ in definitions().resource_types:
            return LiteralReference("absolute" if base else "relative", type_, id_, version, base)
    elif text.startswith(_URN):
        return LiteralReference("urn")
    elif (query := _CONDITIONAL.fullmatch(text)) and query[1] in definitions().resource_types:
        return LiteralReference("conditional", type=query[1], query=query[2])
    return LiteralReference("other")


def local_reference(text: str, base_url: str) -> LiteralReference | None:
    """The reference if it is to a resource of this server: relative, or absolute under `base_url` (without last slash).

    None for any other.
    """
    reference = parse_reference(text)
    if reference.kind == "relative" or (reference.kind == "absolute" and reference.base == base_url):
        return reference
    return None
