"""Patients found, expected today, and in the palette."""

from __future__ import annotations

from dataclasses import replace

from osler.interfaces.web.components.people import (
    PaletteGroup,
    PaletteItem,
    PaletteView,
    PersonHit,
    SearchResults,
    TodayList,
    TodayRow,
)
from osler.interfaces.web.components.shell import OpenChart
from osler.interfaces.web.components.values import Action, Chip, When

_PEOPLE = (
    PersonHit(
        "h1",
        "Delgado",
        "Maria Elena",
        "/patients/delgado",
        When("14-Mar-1964", "1964-03-14"),
        "62 y",
        "Female",
        "4820 1193",
        "Today 09:20 · Room 4",
    ),
    PersonHit(
        "h2",
        "Delgado",
        "Mario",
        "/patients/h2",
        When("01-Sep-2026", "2026-09-01"),
        "2 mo",
        "Male",
        "4820 7731",
        chips=(Chip("Similar name", "warn"),),
    ),
    PersonHit("h3", "Ward", "Agnes", "/patients/h3", None, "", "Female", "", deceased=True),
)

SEARCHES = {
    "found": SearchResults("del", _PEOPLE, id="ui-hits-found"),
    "similar ones too": SearchResults(
        "delgardo",
        tuple(replace(one, id=one.id + "b") for one in _PEOPLE[:1]),
        looser=True,
        id="ui-hits-loose",
        total=41,
        more=Action("Show all", "/patients?q=del&all=1"),
    ),
    "nothing found": SearchResults("zzyzx", (), id="ui-hits-none"),
    "nothing asked": SearchResults("", (), id="ui-hits-blank"),
}

TODAY = {
    "today": TodayList(
        When("Sat 21-Nov-2026", "2026-11-21"),
        (
            TodayRow(
                When("09:20", "2026-11-21T09:20"),
                replace(_PEOPLE[0], id="d1", detail=""),
                "Diabetes follow-up",
                Chip("In room", "info"),
                "A. Okafor, MD",
                "Room 4",
            ),
            TodayRow(
                When("09:40", "2026-11-21T09:40"),
                replace(_PEOPLE[1], id="d2"),
                "Well-child visit, 2 months",
                Chip("Arrived", "ok", "check"),
                "A. Okafor, MD",
            ),
            TodayRow(
                When("10:00", "2026-11-21T10:00"),
                replace(_PEOPLE[0], id="d3", given="Rosa", detail=""),
                "Knee pain",
                Chip("Cancelled"),
                "A. Okafor, MD",
                off=True,
            ),
        ),
        earlier=Action("Earlier day", "?day=2026-11-20", "chevron-left", icon_only=True),
        later=Action("Later day", "?day=2026-11-22", "chevron-right", icon_only=True),
        id="ui-today",
    ),
    "nobody booked": TodayList(When("Sun 22-Nov-2026", "2026-11-22"), (), id="ui-today-none"),
}

PALETTES = {
    "people": PaletteView(
        "del",
        (
            PaletteGroup("Today", (PaletteItem("ui-pal-1", "", "/patients/delgado", person=_PEOPLE[0]),)),
            PaletteGroup("Other patients", (PaletteItem("ui-pal-2", "", "/patients/h2", person=_PEOPLE[1]),)),
        ),
    ),
    "commands": PaletteView(
        ">add",
        (
            PaletteGroup(
                "In this chart",
                (
                    PaletteItem("ui-pal-3", "Add problem", "/a", "plus", "DELGADO, Maria Elena", keys="p"),
                    PaletteItem("ui-pal-4", "Add vital signs", "/v", "activity", "DELGADO, Maria Elena", keys="v"),
                ),
            ),
        ),
        "commands",
    ),
    "nothing found": PaletteView("zzyzx"),
}

SEARCH_PAGE = SearchResults("ward", tuple(replace(one, id=one.id + "c") for one in _PEOPLE[2:]), id="ui-hits-page")

OPEN_CHARTS = (
    OpenChart("Delgado", "Maria Elena", "14-Mar-1964", "/patients/delgado", current=True),
    OpenChart("Ward", "Agnes", "birth date not recorded", "/patients/h3"),
)
