"""Toasts, errors and alerts."""

from __future__ import annotations

from osler.interfaces.web.components.states import Alert, ErrorView, Toast
from osler.interfaces.web.components.values import Action

TOASTS = {
    "with undo": Toast("ui-undo", "Problem added: Essential hypertension.", "/undo/1", "2099-01-01T00:00:00Z", 3600),
    "said": Toast("ui-said", "Note signed."),
    "refused": Toast("ui-crit", "Undo is no longer possible: the time is over.", tone="crit"),
}

ERRORS = {
    "someone wrote first": ErrorView(
        409,
        "Not saved.",
        "Someone changed this problem: you changed version 2; 3 is stored.",
        reference="7Q2K",
        actions=(Action("Reload", "/patients/delgado"),),
    ),
    "several faults": ErrorView(
        422, "Not saved.", "Two things are wrong.", ("onsetDateTime: lies in the future", "code: is missing")
    ),
}

ALERTS = {
    "warning": Alert(
        "alert-warn",
        "Weight is 3 months old",
        "Doses by weight use 82.4 kg of 12-Aug-2026.",
        "warn",
        "",
        (Action("Weights", "#"),),
    ),
    "information": Alert(
        "alert-info", "Outside records arrived", "Two documents from St. Luke’s wait for review.", "info"
    ),
}

PAGES = {
    "not found, as a page": ErrorView(
        404,
        "Not here",
        "There is no such page, or you may not see it.",
        actions=(Action("Patients", "/patients", style="primary"),),
    ),
    "the record is away, as a page": ErrorView(
        503, "The record is away", "Try again in a few seconds; nothing is lost.", reference="9XH2"
    ),
}
