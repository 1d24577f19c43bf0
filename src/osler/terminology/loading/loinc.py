"""LOINC: the table of terms, and where they are in the release, answer lists and the hierarchy of components."""

from __future__ import annotations

import re
from datetime import date

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System, day_in
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong, looks_like
from osler.terminology.loading.rows import FEW_ROWS, Pace, table

SYSTEM = System(
    "loinc", "http://loinc.org", "LOINC", "Regenstrief Institute, Inc.", "LOINC license, https://loinc.org/license",
    "This material contains content from LOINC (https://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. and the "
    "Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at "
    "https://loinc.org/license. LOINC® is a registered United States trademark of Regenstrief Institute, Inc.",
)  # fmt: skip
NEEDED = ("LOINC_NUM", "COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS", "STATUS",
          "SHORTNAME", "LONG_COMMON_NAME")  # fmt: skip
FACTS = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS", "CLASSTYPE", "ORDER_OBS",
         "EXAMPLE_UCUM_UNITS", "COMMON_TEST_RANK", "COMMON_ORDER_RANK", "PanelType", "EXTERNAL_COPYRIGHT_NOTICE",
         "SURVEY_QUEST_TEXT")  # fmt: skip
_RANKS = ("COMMON_TEST_RANK", "COMMON_ORDER_RANK")
_STATUS = {"ACTIVE": "active", "TRIAL": "trial", "DISCOURAGED": "discouraged", "DEPRECATED": "deprecated"}
_CODE = re.compile(r"\d{1,7}-\d")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    terms = parts.find(r"Loinc\.csv")
    if terms is None and parts.only and looks_like(parts.only, "loinc"):
        terms = parts.only
    if terms is None:
        raise Wrong("it holds no Loinc.csv.")
    beside = [
        parts.find(name)
        for name in (r"AnswerList\.csv", r"LoincAnswerListLink\.csv", r"ComponentHierarchyBySystem\.csv")
    ]
    pace, into = Pace(progress, [part for part in (terms, *beside) if part], FEW_ROWS), Gathering(parts.name)
    newest = _terms(terms, pace, into)
    answers, links, tree = beside
    if answers:
        _answers(answers, pace, into)
        if links:
            for row in table(links, pace, ("LoincNumber", "AnswerListId")):
                into.relation(row["LoincNumber"], "answer_list", row["AnswerListId"])
    if tree:
        _tree(tree, pace, into)
    version = _version(parts.name) or newest
    loaded = into.loaded(SYSTEM.head(version, _released(parts, terms, version), parts.name, options))
    pace.done()
    return loaded


def check_digit(number: str) -> str:
    """The digit behind the dash (Mod 10, double every other digit from the right)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        double = int(digit) * (2 - place % 2)
        total += double // 10 + double % 10
    return str(-total % 10)


def _terms(part: Part, pace: Pace, into: Gathering) -> str:
    """Gives the newest version that any term names."""
    newest = (0, 0)
    for row in table(part, pace, NEEDED):
        code = row["LOINC_NUM"]
        if not _CODE.fullmatch(code) or check_digit(code[:-2]) != code[-1]:
            raise Invalid(f"{part.base} has a code with a wrong check digit; a spreadsheet may have spoiled it.")
        display = row["LONG_COMMON_NAME"] or row["SHORTNAME"] or row["COMPONENT"]
        into.concept(code, display, _STATUS.get(row["STATUS"], "inactive"))
        _names(row, code, into)
        for name in FACTS:
            if (value := row.get(name, "")) and not (name in _RANKS and value == "0"):
                into.property(code, name, value)
        if found := re.fullmatch(r"(\d)\.(\d+)", row.get("VersionLastChanged", "")):
            newest = max(newest, (int(found[1]), int(found[2])))
    return f"{newest[0]}.{newest[1]:02}" if newest[0] else ""


def _names(row: dict[str, str], code: str, into: Gathering) -> None:
    into.designation(code, row["SHORTNAME"], use="short")
    into.designation(code, row.get("CONSUMER_NAME", ""), use="consumer")
    into.designation(code, row.get("DisplayName", ""), use="display")
    # Related names find common tests by the words people use; for rare ones they would only be in the way.
    if any(row.get(rank, "0") not in ("", "0") for rank in _RANKS):
        for name in {name.strip() for name in row.get("RELATEDNAMES2", "").split(";")}:
            into.designation(code, name, use="related")


def _answers(part: Part, pace: Pace, into: Gathering) -> None:
    seen: set[str] = set()
    for row in table(part, pace, ("AnswerListId", "AnswerListName", "AnswerStringId", "DisplayText")):
        for code, display, kind in (
            (row["AnswerListId"], row["AnswerListName"], "answer list"),
            (row["AnswerStringId"], row["DisplayText"], "answer"),
        ):
            if code and code not in seen:
                seen.add(code)
                into.concept(code, display)
                into.property(code, "kind", kind)
        if row["AnswerStringId"]:
            into.relation(row["AnswerListId"], "answer", row["AnswerStringId"])


def _tree(part: Part, pace: Pace, into: Gathering) -> None:
    seen: set[str] = set()
    for row in table(part, pace, ("IMMEDIATE_PARENT", "CODE", "CODE_TEXT")):
        code, parent = row["CODE"], row["IMMEDIATE_PARENT"]
        if code.startswith("LP") and code not in seen:
            seen.add(code)
            into.concept(code, row["CODE_TEXT"])
            into.property(code, "kind", "part")
        if parent:
            into.parent(code, parent)


def _version(name: str) -> str:
    found = re.search(r"loinc[-_ ]?v?(\d\.\d{2,3})(?!\d)", name, re.IGNORECASE)
    return found[1] if found else ""


def _released(parts: Parts, terms: Part, version: str) -> date | None:
    """From the release notes, else the day on which the table was packed."""
    notes = parts.find(r".*ReleaseNotes\.txt")
    if notes and version:
        text = notes.beginning(200_000).decode("utf-8", "replace")
        if on := day_in(text, rf"{re.escape(version)}\D[^\n]{{0,80}}?(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)"):
            return on
    return terms.made_on
