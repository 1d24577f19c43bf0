"""Notes: the list, one to read, one to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.interfaces.web.components.values import Action, When

NoteStatus = Literal["draft", "signed", "amended", "entered-in-error"]


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: str
    title: str
    when: When
    author: str
    status: NoteStatus
    href: str
    fhir: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class NotesCard:
    rows: tuple[NoteRow, ...]
    write: Action | None = None
    more: Action | None = None
    fhir: str = ""
    id: str = "notes"
    title: str = "Notes"


@dataclass(frozen=True, slots=True)
class Addendum:
    text: str
    author: str
    when: When


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as it stands. `text` is plain; blank lines part paragraphs."""

    id: str
    title: str
    text: str
    status: NoteStatus
    author: str
    when: When
    """When signed; for a draft, when last saved."""
    fhir: str = ""
    visit: str = ""
    error_reason: str = ""
    addenda: tuple[Addendum, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteConflict:
    """Someone else saved this draft meanwhile: both texts, for the writer to merge."""

    their_text: str
    their_name: str
    when: When


@dataclass(frozen=True, slots=True)
class NoteEditor:
    """A plain-text note being written.

    `draft_href` takes the autosaver's POST (text, version) and answers with the new version and time; `sign_href`
    takes the form. `version` is the draft's version known to this page, "" when nothing is stored yet.
    """

    id: str
    title: str
    text: str
    draft_href: str
    sign_href: str
    version: str = ""
    saved: When | None = None
    visit: str = ""
    titles: tuple[str, ...] = ()
    """Kinds of note to choose from; empty: no choice."""
    conflict: NoteConflict | None = None
    error: str = ""
    discard: Action | None = None
    signs: tuple[str, ...] = ()
    """What signing signs besides the note, each in full."""
