"""What the palette can do besides finding patients: `>` and a few letters."""

from __future__ import annotations

from osler.access.permissions import Permission
from osler.core.ids import is_id
from osler.fhir.search.text import normalize_text
from osler.interfaces.web.components.people import PaletteGroup, PaletteItem, PaletteView
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.show import chart_address

_READ = (("Summary", "", "layout-dashboard"), ("Timeline", "timeline", "history"), ("Notes", "notes", "file-text"),
         ("Results", "results", "flask-conical"), ("Medications", "medications", "pill"), ("Problems", "problems", "clipboard-list"),
         ("Allergies", "allergies", "octagon-alert"), ("Vital signs", "vitals", "activity"))  # fmt: skip
_WRITE = (("Add vital signs", "vitals/add", "activity", "v"), ("Add problem", "problems/add", "plus", "p"),
          ("Add allergy", "allergies/add", "octagon-alert", "a"), ("Write note", "?note=new", "pen-line", "n"))  # fmt: skip


def commands(desk: Desk, text: str, patient: str) -> PaletteView:
    """Those whose words begin as typed; of the open chart first."""
    groups: list[PaletteGroup] = []
    if is_id(patient) and desk.may(Permission.CHART_READ):
        groups += _group("This chart", _of_chart(desk, patient), text)
    groups += _group("Osler", _anywhere(desk), text)
    return PaletteView(f">{text}", tuple(groups), "commands")


def _of_chart(desk: Desk, patient: str) -> list[PaletteItem]:
    items = [
        PaletteItem(f"command-write-{key}", label, _address(patient, part), icon, keys=key)
        for label, part, icon, key in (_WRITE if desk.may(Permission.CHART_WRITE) else ())
    ]
    return items + [
        PaletteItem(f"command-{part or 'summary'}", label, chart_address(patient, *filter(None, (part,))), icon)
        for label, part, icon in _READ
    ]


def _address(patient: str, part: str) -> str:
    return chart_address(patient) + part if part.startswith("?") else chart_address(patient, part)


def _anywhere(desk: Desk) -> list[PaletteItem]:
    items = (
        [PaletteItem("command-today", "Today's list", "/", "calendar")] if desk.may(Permission.SCHEDULE_READ) else []
    )
    return [
        *items,
        PaletteItem("command-patients", "Find patient", "/patients", "users"),
        PaletteItem("command-account", "Account, one-time codes", "/account", "settings"),
        PaletteItem("command-password", "Change password", "/password", "lock"),
        PaletteItem("command-keys", "Keyboard shortcuts", "#keys", "keyboard", keys="?"),
        PaletteItem("command-lock", "Lock", "/lock", "lock"),
        PaletteItem("command-out", "Sign out", "/sign-out", "log-out"),
    ]


def _group(heading: str, items: list[PaletteItem], text: str) -> list[PaletteGroup]:
    typed = normalize_text(text).split()
    fitting = tuple(
        item
        for item in items
        if all(any(word.startswith(each) for word in normalize_text(item.label).split()) for each in typed)
    )
    return [PaletteGroup(heading, fitting)] if fitting else []
