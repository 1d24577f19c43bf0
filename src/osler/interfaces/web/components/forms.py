"""Forms: fields, and the few whole forms that are their own component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from osler.interfaces.web.components.values import Action

FieldKind = Literal[
    "text",
    "search",
    "number",
    "date",
    "time",
    "select",
    "radio",
    "checkbox",
    "textarea",
    "password",
    "code",
    "typeahead",
    "hidden",
]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. `error` is shown beside it and makes it invalid; the value typed is kept.

    kind "typeahead" posts two names: `name` (the text seen) and `name_code` (what was chosen, "system|code"; empty
    when typed freely), asks `lookup` (GET ?q=) for `TypeaheadOptions`, and starts with `code` chosen. kind "code" is
    a one-time code. kinds "date" and "time" are written as they are read, `14-Mar-2026` and `09:30`
    (`reading.read_day`, `reading.read_clock`): the browser's own pickers follow its language, not ours.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    unit: str = ""
    units: tuple[Option, ...] = ()
    """A choice of units instead of one; posts `name_unit`, starts with `unit`."""
    error: str = ""
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    minimum: str = ""
    maximum: str = ""
    step: str = ""
    width: Literal["", "short", "half", "full"] = ""
    autocomplete: str = "off"
    lookup: str = ""
    code: str = ""
    focus: bool = False
    one_of_many: bool = False
    """One of a set of which any may be left out: "optional" is then said once, by the form."""
    pair: FormField | None = None
    """A second field on the same line, after a slash: diastolic after systolic."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    fields: tuple[FormField, ...]
    legend: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """A whole form.

    Posts to `action`; inside the side panel htmx sends it, and a 422 answer with the same form replaces it.
    """

    id: str
    title: str
    action: str
    groups: tuple[FieldGroup, ...]
    submit: str = "Save"
    cancel: str = ""
    """Where "Cancel" leads without the panel."""
    error: str = ""
    """What is wrong with the whole, when it is not one field."""
    hidden: tuple[tuple[str, str], ...] = ()
    intro: str = ""
    extra: tuple[Action, ...] = ()
    danger: bool = False

    @property
    def errors(self) -> tuple[FormField, ...]:
        """The fields that are wrong, in order, for the summary at the top."""
        return tuple(field for group in self.groups for field in group.fields if field.error)


@dataclass(frozen=True, slots=True)
class TypeaheadOption:
    code: str
    """`system|code`"""
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TypeaheadOptions:
    """What a `lookup` answers."""

    query: str
    options: tuple[TypeaheadOption, ...] = ()
    free_text: bool = True
    """Whether the text as typed may be kept uncoded."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Said above the sign-in: lines, each with a word after it that stays whole (or empty), then a list."""

    lines: tuple[tuple[str, str], ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign-in in two steps on one page: name and password, then the one-time code when `step` is "code"."""

    action: str
    step: Literal["password", "code"] = "password"
    username: str = ""
    error: str = ""
    site: str = ""
    next: str = ""
    """Where to go afterwards; a path of ours."""
    notice: Notice | None = None
    challenge: str = ""
    """Ties the second step to the first."""


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock screen: nothing of the patient shows behind it."""

    action: str
    name: str
    error: str = ""
    switch_href: str = "/sign-out"
    next: str = ""
