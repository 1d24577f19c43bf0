"""Forms for problems and allergies, and for what was entered in error."""

from __future__ import annotations

from osler.interfaces.web.chart.forms.shared import EMPTY, Typed, hidden
from osler.interfaces.web.components import format
from osler.interfaces.web.components.forms import FieldGroup, FormField, FormView, Option
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import chart_address

STATUSES = (Option("active", "Active"), Option("inactive", "Inactive"), Option("resolved", "Resolved"))
KINDS = (Option("medication", "Medication"), Option("food", "Food"), Option("environment", "Environment"))
RISKS = (Option("high", "High"), Option("low", "Low"), Option("unable-to-assess", "Cannot be assessed"))


def problem_form(desk: Desk, filled: Typed = EMPTY) -> FormView:
    fields = (
        FormField("problem", "Problem", "typeahead", filled.value("problem"), lookup="/lookup/problems", required=True,
                  focus=True, hint="Type two letters or more", error=filled.wrong("problem"), code=filled.value("problem_code"),
                  width="full"),
        FormField("status", "Status", "radio", filled.value("status", "active"), required=True, options=STATUSES,
                  error=filled.wrong("status")),
        FormField("onset", "Since", "date", filled.value("onset"), hint="14-Mar-2024, Mar-2024 or 2024", width="half",
                  error=filled.wrong("onset")),
        FormField("abated", "Until", "date", filled.value("abated"), width="half", error=filled.wrong("abated")),
    )  # fmt: skip
    return _form(desk, "add-problem", "Add problem", ("problems", "add"), fields, "Add problem", filled)


def allergy_form(desk: Desk, filled: Typed = EMPTY) -> FormView:
    fields = (
        FormField("substance", "Substance", "typeahead", filled.value("substance"), lookup="/lookup/substances",
                  required=True, focus=True, error=filled.wrong("substance"), code=filled.value("substance_code"), width="full"),
        FormField("kind", "Kind", "radio", filled.value("kind", "medication"), required=True, options=KINDS,
                  error=filled.wrong("kind")),
        FormField("reaction", "Reaction", "typeahead", filled.value("reaction"), lookup="/lookup/reactions",
                  hint="What happened", error=filled.wrong("reaction"), code=filled.value("reaction_code"), width="full"),
        FormField("criticality", "Risk of a serious reaction", "radio", filled.value("criticality"), options=RISKS,
                  error=filled.wrong("criticality")),
    )  # fmt: skip
    return _form(desk, "add-allergy", "Add allergy", ("allergies", "add"), fields, "Add allergy", filled,
                 intro="If “No known allergies” is recorded, this ends it.")  # fmt: skip


def resolve_form(desk: Desk, id_: str, name: str, version: int, filled: Typed = EMPTY) -> FormView:
    today = format.day(desk.local.date()).text
    fields = (
        FormField("abated", "Resolved on", "date", filled.value("abated", today), required=True, focus=True, width="half",
                  error=filled.wrong("abated")),
    )  # fmt: skip
    return _form(desk, "resolve", "Mark as resolved", ("problems", id_, "resolve"), fields, "Mark as resolved", filled,
                 intro=name, version=version)  # fmt: skip


def withdraw_form(
    desk: Desk, place: tuple[str, ...], name: str, version: int, filled: Typed = EMPTY, *, draft: bool = False
) -> FormView:
    """`name` says in words what is withdrawn."""
    field = FormField("reason", "Reason", "text", filled.value("reason"), required=True, focus=True, width="full",
                      hint="For example: wrong patient, wrong value, duplicate", error=filled.wrong("reason"))  # fmt: skip
    title = "Discard draft" if draft else "Entered in error"
    submit = "Discard draft" if draft else "Mark as entered in error"
    return _form(desk, "withdraw", title, (*place, "withdraw"), (field,), submit, filled, intro=name, version=version,
                 danger=True)  # fmt: skip


def addendum_form(desk: Desk, id_: str, filled: Typed = EMPTY) -> FormView:
    field = FormField("text", "Addendum", "textarea", filled.value("text"), required=True, focus=True, width="full",
                      error=filled.wrong("text"))  # fmt: skip
    return _form(desk, "addendum", "Add to signed note", ("notes", id_, "addendum"), (field,), "Sign addendum", filled)


def _form(
    desk: Desk, id_: str, title: str, place: tuple[str, ...], fields: tuple[FormField, ...], submit: str, filled: Typed, *,
    intro: str = "", version: int = 0, danger: bool = False,
) -> FormView:  # fmt: skip
    kept = hidden(desk, filled) + ((("_version", filled.value("_version", str(version))),) if version else ())
    return FormView(
        id_, title, chart_address(desk.patient, *place), (FieldGroup(fields),), submit, chart_address(desk.patient),
        filled.error, kept, intro, danger=danger,
    )  # fmt: skip
