"""Values, chips, actions, empty states."""

from __future__ import annotations

from osler.interfaces.web.components.states import EmptyState
from osler.interfaces.web.components.values import ABNORMAL, CRITICAL_LOW, HIGH, LOW, Action, Chip, Value

VALUES = {
    "plain": Value("82.4", "kg"),
    "high": Value("148/86", "mmHg", HIGH),
    "low": Value("52", "mL/min/1.73 m²", LOW),
    "critically low": Value("2.4", "mmol/L", CRITICAL_LOW),
    "abnormal words": Value("Positive", "", ABNORMAL),
    "thousands": Value("1,000", "mg"),
    "below a limit": Value("< 0.01", "ng/mL"),
}

CHIPS = (
    Chip("Draft"),
    Chip("At goal", "ok", "check"),
    Chip("Due", "warn"),
    Chip("5 new", "info"),
    Chip("Overdue", "crit"),
    Chip("Held", "viol"),
    Chip("High", "crit", solid=True),
)

ACTIONS = {
    "link": Action("All results", "/results"),
    "button": Action("Save and close", "/save", style="plain"),
    "primary": Action("Sign note", "/sign", "check", style="primary"),
    "danger": Action("Mark as entered in error", "/in-error", style="danger"),
    "icon": Action("Add problem", "/add", "plus", icon_only=True, panel=True),
    "post": Action("Record no known allergies", "/none", method="post", style="plain"),
}

EMPTY = {
    "empty": EmptyState("No documents recorded", "folder-open"),
    "empty with a next step": EmptyState(
        "No medications recorded",
        "pill",
        Action("Add medication", "/add", panel=True),
        "Nor has anyone said that there are none.",
    ),
}
