"""Plain-text notes ↔ DocumentReference.

A draft is a preliminary document of its author; signing makes it final and names who authenticated it. What is added
later is a document of its own that appends to the first: a signed text is never written over.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from osler.access.records import Resource
from osler.fhir.readers import display_of, target_of, text_of

Json = dict[str, Any]
Status = Literal["draft", "signed", "entered-in-error"]

LOINC = "http://loinc.org"
_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
_PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference"
KINDS = {
    "Progress note": "11506-3",
    "Nursing note": "34746-8",
    "Telephone note": "34748-4",
    "History and physical": "34117-2",
    "Procedure note": "28570-0",
}
"""What a person may write, with the LOINC codes of US Core's clinical notes."""


@dataclass(frozen=True, slots=True)
class Note:
    """One document. `text` is None when it is of a kind that is not plain text, which is then only named."""

    id: str
    title: str
    version: int
    status: Status
    text: str | None
    at: str
    """When it was signed; of a draft, when it was begun."""
    updated: datetime
    author: str = ""
    account: str = ""
    """Account of the author, where Osler wrote it."""
    practitioner: str = ""
    encounter: str = ""
    appends: str = ""
    """Id of the note that this is an addendum to."""
    content_type: str = ""


def note_of(stored: Resource) -> Note:
    document = stored.json()
    author = next(iter(document.get("author") or ()), None) or {}
    attachment: Json = (next(iter(document.get("content") or ()), None) or {}).get("attachment") or {}
    appended = (
        target_of(each.get("target")) for each in document.get("relatesTo") or () if each.get("code") == "appends"
    )
    encounters = (document.get("context") or {}).get("encounter") or ()
    identifier = author.get("identifier") or {}
    return Note(
        id=stored.id,
        title=text_of(document.get("type")) or attachment.get("title", "") or "Document",
        version=stored.version,
        status=_status(document),
        text=_text(attachment),
        at=document.get("date", ""),
        updated=stored.updated,
        author=display_of(author) or target_of(author),
        account=identifier.get("value", "") if identifier.get("system") == "urn:osler:account" else "",
        practitioner=target_of(author).removeprefix("Practitioner/"),
        encounter=target_of(next(iter(encounters), None)),
        appends=next(appended, "").removeprefix("DocumentReference/"),
        content_type=attachment.get("contentType", ""),
    )


def _status(document: Json) -> Status:
    if document.get("status") == "entered-in-error" or document.get("docStatus") == "entered-in-error":
        return "entered-in-error"
    return "draft" if document.get("docStatus") == "preliminary" else "signed"


def _text(attachment: Json) -> str | None:
    if not attachment.get("contentType", "text/plain").startswith("text/plain") or "data" not in attachment:
        return None
    try:
        return b64decode(attachment["data"]).decode()
    except (Error, ValueError):
        return None


def document_for(
    *, title: str, text: str, patient: str, author: Json, now: datetime, encounter: str = "", appends: str = "",
    signed: bool = False,
) -> Json:  # fmt: skip
    """A new draft, or with `signed` a document that is final from the beginning (an addendum)."""
    moment = now.isoformat(timespec="milliseconds")
    document: Json = {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final" if signed else "preliminary",
        "type": kind_of(title),
        "category": [{"coding": [{"system": _CATEGORY, "code": "clinical-note", "display": "Clinical Note"}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "date": moment,
        "author": [author],
    }
    if signed:
        document["authenticator"] = author
    if appends:
        document["relatesTo"] = [{"code": "appends", "target": {"reference": f"DocumentReference/{appends}"}}]
    document["content"] = [_content(title, text)]
    if encounter:
        document["context"] = {"encounter": [{"reference": encounter}]}
    return _claiming(document)


def kind_of(title: str) -> Json:
    """The type of a note as a CodeableConcept; a title that is no kind of ours stays in words."""
    code = KINDS.get(title)
    return {"coding": [{"system": LOINC, "code": code, "display": title}], "text": title} if code else {"text": title}


def _claiming(document: Json) -> Json:
    """The same, claiming US Core's profile where its type is coded: words alone are none of the types that it asks for."""
    meta: Json = document.get("meta") or {}
    coded = bool((document.get("type") or {}).get("coding"))
    profiles = [each for each in meta.get("profile") or () if each != _PROFILE] + ([_PROFILE] if coded else [])
    kept = {name: value for name, value in meta.items() if name != "profile"} | (
        {"profile": profiles} if profiles else {}
    )
    others = {name: value for name, value in document.items() if name != "meta"}
    return {"resourceType": "DocumentReference", **({"meta": kept} if kept else {}), **others}


def rewritten(document: Json, *, text: str, title: str) -> Json:
    """The same draft with another text."""
    kind = document.get("type") if text_of(document.get("type")) == title or not title else kind_of(title)
    return _claiming(document | {"type": kind, "content": [_content(title or text_of(kind), text)]})


def signed(document: Json, *, author: Json, now: datetime) -> Json:
    """The same, final, dated now and authenticated."""
    return document | {
        "docStatus": "final",
        "date": now.isoformat(timespec="milliseconds"),
        "authenticator": author,
    }


def entered_in_error(document: Json) -> Json:
    return document | {"status": "entered-in-error", "docStatus": "entered-in-error"}


def patient_of_document(document: Json) -> str:
    return target_of(document.get("subject")).removeprefix("Patient/")


def is_draft(document: Json) -> bool:
    return document.get("docStatus") == "preliminary" and document.get("status") == "current"


def author_of(document: Json) -> tuple[str, str]:
    """Account and practitioner of the author."""
    author = next(iter(document.get("author") or ()), None) or {}
    identifier = author.get("identifier") or {}
    account = identifier.get("value", "") if identifier.get("system") == "urn:osler:account" else ""
    return account, target_of(author).removeprefix("Practitioner/")


def _content(title: str, text: str) -> Json:
    data = b64encode(text.encode()).decode()
    return {"attachment": {"contentType": "text/plain; charset=utf-8", "data": data, "title": title}}
