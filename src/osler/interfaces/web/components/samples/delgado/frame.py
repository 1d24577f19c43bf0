"""What stands around the chart, and what its parts have in common."""

from __future__ import annotations

from datetime import UTC, datetime

from osler.interfaces.web.components.banner import AllergyChip, BannerView, Fact, VisitLine
from osler.interfaces.web.components.shell import NavItem, Page, Rail, TopBar, UserBadge
from osler.interfaces.web.components.values import Action, When

CHART = "/patients/delgado"


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def add(label: str, path: str, key: str = "") -> Action:
    return Action(label, f"{CHART}/{path}", "plus", panel=True, icon_only=True, shortcut=key)


BANNER = BannerView(
    id="delgado",
    family="Delgado",
    given="Maria Elena",
    born=When("14-Mar-1964", "1964-03-14"),
    age="62 y",
    sex="Female",
    mrn="4820 1193",
    href=CHART,
    fhir="Patient/delgado",
    pcp="Dr A. Okafor",
    allergy_state="listed",
    allergies=(
        AllergyChip("penicillin", "anaphylaxis", "high", f"{CHART}/allergies"),
        AllergyChip("sulfonamides", "rash", "low", f"{CHART}/allergies"),
    ),
    facts=(
        Fact("Code status", "Full code"),
        Fact("Language", "Spanish · interpreter", icon="languages", optional=True),
    ),
    visit=VisitLine("Office visit · 09:20 · Room 4", "In progress 6 min · Blue Shield PPO, eligible"),
)

RAIL = Rail(
    (
        NavItem("Summary", CHART, "layout-dashboard", current=True),
        NavItem("Timeline", f"{CHART}/timeline", "history"),
        NavItem("Notes", f"{CHART}/notes", "file-text"),
        NavItem("Results", f"{CHART}/results", "flask-conical", count=5, count_word="new"),
        NavItem("Medications", f"{CHART}/medications", "pill"),
        NavItem("Vitals", f"{CHART}/vitals", "activity"),
        NavItem("Vaccines", f"{CHART}/vaccines", "syringe"),
        NavItem("Documents", f"{CHART}/documents", "folder-open"),
    )
)

TOP = TopBar(
    "Lakeside Family Medicine",
    (
        NavItem("Schedule", "/today", "calendar"),
        NavItem("Inbox", "/inbox", "inbox", count=7, count_word="unread"),
        NavItem("Tasks", "/tasks", "list-checks", count=3, count_word="due"),
        NavItem("Patients", "/patients", "users", current=True),
    ),
    UserBadge(
        "Adaeze Okafor", "Physician", (NavItem("Lock", "/lock", "lock"), NavItem("Sign out", "/sign-out", "log-out"))
    ),
    "Demo data",
)

PAGE = Page("DELGADO, Maria Elena · Summary", TOP)
