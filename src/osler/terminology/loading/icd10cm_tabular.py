"""The ICD-10-CM tabular list in XML: chapters, blocks, categories with their notes, and the seventh characters."""

from __future__ import annotations

import re

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.parts import Part
from osler.terminology.loading.rows import Pace
from osler.terminology.loading.xml import Node, pieces

NOTES = {
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "includes": "includes",
    "codeFirst": "code_first",
    "codeAlso": "code_also",
    "useAdditionalCode": "use_additional_code",
    "notes": "note",
    "sevenChrNote": "seventh_character_note",
}
"""Elements with notes, and the properties they become."""
_CODE = re.compile(r"[A-Z][0-9A-Z][0-9A-Z](\.[0-9A-Z]{1,4})?")
_EXCEPTION = re.compile(r"7th characters? (.+?) do(?:es)? not apply to codes .*? with 6th character (.+)")
_LENGTH = 7
LAST_CATEGORY = "Z99"
"""Of the letters in use, the last: what does not reach it was cut off."""
Sevenths = tuple[tuple[str, str], ...]


def gather(part: Part, pace: Pace, into: Gathering, *, beside: bool) -> str:
    """Adds the list's codes, or only its notes when the order file has been gathered `beside` it. Gives the year."""
    chapter = year = ""
    whole = False
    for node in pieces(part, {"version", "name", "diag"}, "ICD10CM.tabular", pace.read):
        if node.tag == "version":
            year = node.text.strip()
        elif node.tag == "name":
            chapter = node.text.strip()
        else:
            pace.step(0)
            whole = whole or node.value("name") == LAST_CATEGORY
            _category(node, chapter, into, beside)
    if not whole:
        raise Invalid(f"{part.base} has no category {LAST_CATEGORY}: it is cut off, or an addendum.")
    return year if re.fullmatch(r"20\d\d", year) else ""


def _category(node: Node, chapter: str, into: Gathering, beside: bool) -> None:
    into.property(node.value("name"), "chapter", chapter)
    into.property(node.value("name"), "block", node.inside[1].get("id", ""))
    _diag(node, "", (), _exceptions(node), into, beside)


def _exceptions(node: Node) -> frozenset[tuple[str, str]]:
    """(sixth, seventh) characters that a note of the category rules out, such as a follow-up after death."""
    found: set[tuple[str, str]] = set()
    for note in (note for group in node.all("notes") for note in group.all("note")):
        if match := _EXCEPTION.match(note.text.strip()):
            sixths = re.findall(r"(?:^|\bor )([0-9A-Z]) -", match[2])
            found.update((sixth, seventh) for sixth in sixths for seventh in re.findall(r"\b[A-Z]\b", match[1]))
    return frozenset(found)


def _diag(
    node: Node, parent: str, sevenths: Sevenths, but: frozenset[tuple[str, str]], into: Gathering, beside: bool
) -> None:
    code, title = node.value("name"), node.value("desc")
    if not _CODE.fullmatch(code):
        raise Invalid(f"{into.what} has something in place of a code in its tabular list.")
    children, sevenths = node.all("diag"), _sevenths(node) or sevenths
    extended = () if children or len(code) > _LENGTH else sevenths
    _notes(node, code, into)
    for letter, words in _sevenths(node):
        into.property(code, "seventh_character", f"{letter} {words}")
    if not beside:
        _add(code, title, parent, not children and not extended, into)
        for letter, words in extended:
            if (code[-1:], letter) not in but or len(code) < _LENGTH:
                _add(f"{_padded(code)}{letter}", f"{title}, {words}", code, True, into)
    for child in children:
        _diag(child, code, sevenths, but, into, beside)


def _add(code: str, title: str, parent: str, billable: bool, into: Gathering) -> None:
    into.concept(code, title)
    into.property(code, "billable", "true" if billable else "false")
    if parent:
        into.parent(code, parent)


def _padded(code: str) -> str:
    """Six characters and the dot; places that are empty hold X."""
    return (code if "." in code else f"{code}.").ljust(_LENGTH, "X")


def _sevenths(node: Node) -> Sevenths:
    found = node.child("sevenChrDef")
    if found is None:
        return ()
    return tuple(
        (each.attributes.get("char", "").strip(), " ".join(each.text.split())) for each in found.all("extension")
    )


def _notes(node: Node, code: str, into: Gathering) -> None:
    for element in node.children:
        for note in element.all("note"):
            if element.tag == "inclusionTerm":
                into.designation(code, note.text, use="inclusion")
            elif element.tag in NOTES:
                into.property(code, NOTES[element.tag], note.text)
