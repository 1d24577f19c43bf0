"""SNOMED CT: the snapshot tables of a release in RF2, or the one table of the Global Patient Set (no hierarchy)."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System, compact_day
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong, looks_like
from osler.terminology.loading.rows import Pace, table
from osler.terminology.loading.sctid import is_sctid

SYSTEM = System(
    "snomed", "http://snomed.info/sct", "SNOMED CT", "SNOMED International and, in the US edition, NLM",
    "SNOMED CT license of the edition (the Global Patient Set: CC BY 4.0)",
    "SNOMED CT® is a registered trademark of SNOMED International.",
)  # fmt: skip
EDITIONS = {"INT": "900000000000207008", "US1000124": "731000124108"}
"""Module that names the edition, by the country and namespace in the names of its files."""
IS_A = "116680003"
FULL_NAME, SYNONYM = "900000000000003001", "900000000000013009"
PREFERRED = "900000000000548007"
US_ENGLISH, GB_ENGLISH = "900000000000509007", "900000000000508004"
_PATIENT_SET = ("id", "active", "fsn", "term")
_NO_TREE = "The Global Patient Set has no hierarchy: what is below a concept cannot be told from it."


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    into = Gathering(parts.name)
    if concepts := parts.find(r"sct2_Concept_Snapshot_.*\.txt"):
        return _edition(concepts, parts, progress, options, into)
    if parts.find(r"x?sct2_Concept_.*\.txt"):
        raise Invalid(f"{parts.name} holds no snapshot, only full or changed rows or a beta.")
    only = next((part for part in parts if looks_like(part, "snomed") and part.beginning(64).count(b"\t") == 3), None)
    only = only or next(
        (part for part in parts if part.beginning(16).lstrip(b"\xef\xbb\xbf").startswith(b"id\tactive\tfsn")), None
    )
    if only is None:
        raise Wrong("it holds no snapshot of concepts.")
    pace = Pace(progress, [only])
    for row in table(only, pace, _PATIENT_SET, by="\t", quoted=False):
        _patient_set_row(row, only, into)
    on = compact_day(only.base) or compact_day(parts.name)
    head = SYSTEM.head(_version("INT", f"{on:%Y%m%d}" if on else ""), on, parts.name, options, _NO_TREE)
    loaded = into.loaded(head, remarks=(_NO_TREE,))
    pace.done()
    return loaded


def _patient_set_row(row: dict[str, str], part: Part, into: Gathering) -> None:
    code = _checked(row["id"], part)
    into.concept(code, row["term"] or row["fsn"], "active" if row["active"] == "1" else "inactive")
    _full_name(code, row["fsn"], into)


def _checked(code: str, part: Part) -> str:
    if not is_sctid(code):
        raise Invalid(f"{part.base} has a code with a wrong check digit; a spreadsheet may have rounded it.")
    return code


def _full_name(code: str, name: str, into: Gathering) -> None:
    into.designation(code, name, use="fully_specified")
    if tag := re.search(r"\(([^()]+)\)$", name.strip()):
        into.property(code, "semantic_tag", tag[1])


def _version(edition: str, date: str) -> str:
    module = EDITIONS.get(edition)
    return f"{SYSTEM.url}/{module}/version/{date}" if module and date else date


def _edition(concepts: Part, parts: Parts, progress: Progress | None, options: Options, into: Gathering) -> Loaded:
    needed = {
        "descriptions": parts.find_all(r"sct2_Description_Snapshot-en.*\.txt")
        or parts.find_all(r"sct2_Description_Snapshot.*\.txt"),
        "relationships": parts.find_all(r"sct2_Relationship_Snapshot_.*\.txt"),
        "language preferences": parts.find_all(r"der2_cRefset_LanguageSnapshot.*\.txt"),
    }
    missing = [name for name, found in needed.items() if not found]
    if missing:
        raise Invalid(f"{parts.name} is without the snapshot of {' and '.join(missing)}.")
    pace = Pace(progress, [concepts, *(part for found in needed.values() for part in found)])
    with closing(_Terms()) as terms:
        for row in table(concepts, pace, ("id", "active", "definitionStatusId"), by="\t", quoted=False):
            terms.concept(_checked(row["id"], concepts), row["active"])
        for part in needed["language preferences"]:
            for row in table(
                part, pace, ("active", "refsetId", "referencedComponentId", "acceptabilityId"), by="\t", quoted=False
            ):
                terms.preference(row)
        for part in needed["descriptions"]:
            for row in table(
                part, pace, ("id", "active", "conceptId", "languageCode", "typeId", "term"), by="\t", quoted=False
            ):
                terms.description(row, into)
        terms.give(into)
    for part in needed["relationships"]:
        for row in table(part, pace, ("active", "sourceId", "destinationId", "typeId"), by="\t", quoted=False):
            if row["active"] == "1" and row["typeId"] == IS_A:
                into.parent(row["sourceId"], row["destinationId"])
    found = re.search(r"Snapshot_([A-Z]{2,3}\d*)_(\d{8})", concepts.base, re.IGNORECASE)
    edition, date = (found[1].upper(), found[2]) if found else ("", "")
    loaded = into.loaded(SYSTEM.head(_version(edition, date), compact_day(date), parts.name, options))
    pace.done()
    return loaded


class _Terms:
    """Which name of each concept is to be shown: decided when preferences, names and concepts are all read."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;"
            "CREATE TABLE concept (id TEXT PRIMARY KEY, active TEXT) WITHOUT ROWID;"
            "CREATE TABLE preference (id TEXT PRIMARY KEY, rank INTEGER) WITHOUT ROWID;"
            "CREATE TABLE name (concept TEXT, rank INTEGER, term TEXT, PRIMARY KEY (concept, rank, term)) WITHOUT ROWID;"
        )

    def close(self) -> None:
        self._db.close()

    def concept(self, code: str, active: str) -> None:
        try:
            self._db.execute("INSERT INTO concept VALUES (?, ?)", (code, active))
        except sqlite3.IntegrityError:
            raise Invalid(
                "A concept stands twice in the snapshot: it is damaged, or two editions were put together."
            ) from None

    def preference(self, row: dict[str, str]) -> None:
        rank = {US_ENGLISH: 0, GB_ENGLISH: 1}.get(row["refsetId"])
        if row["active"] == "1" and row["acceptabilityId"] == PREFERRED and rank is not None:
            self._db.execute(
                "INSERT INTO preference VALUES (?, ?) ON CONFLICT DO UPDATE SET rank = min(rank, excluded.rank)",
                (row["referencedComponentId"], rank),
            )

    def description(self, row: dict[str, str], into: Gathering) -> None:
        if row["active"] != "1":
            return
        if row["typeId"] == FULL_NAME:
            _full_name(row["conceptId"], row["term"], into)
            rank = 3
        elif row["typeId"] == SYNONYM:
            into.designation(row["conceptId"], row["term"], row["languageCode"], "synonym")
            found = self._db.execute("SELECT rank FROM preference WHERE id = ?", (row["id"],)).fetchone()
            rank = found[0] if found else 2
        else:
            return
        self._db.execute("INSERT OR IGNORE INTO name VALUES (?, ?, ?)", (row["conceptId"], rank, row["term"]))

    def give(self, into: Gathering) -> None:
        """Adds the concepts; those whose name is no longer in use have none and show their code."""
        rows = self._db.execute(
            "SELECT id, active, (SELECT term FROM name WHERE concept = id ORDER BY rank, term LIMIT 1) FROM concept"
        )
        nameless = 0
        for code, active, term in rows:
            nameless += term is None and active == "1"
            into.concept(code, term or code, "active" if active == "1" else "inactive")
        if nameless:
            raise Invalid(f"{into.what} has {nameless:,} active concepts without a name: its descriptions are cut off.")
