"""RxNorm: the Rich Release Format tables of the full or the prescribable release.

Only what NLM itself made is taken (source RXNORM), and the FDA's substance codes and schedules: the other sources in the
full release have licenses of their own.
"""

from __future__ import annotations

from osler.core.errors import Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System, american_day
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong
from osler.terminology.loading.rows import Pace, columns

SYSTEM = System(
    "rxnorm", "http://www.nlm.nih.gov/research/umls/rxnorm", "RxNorm", "U.S. National Library of Medicine",
    "RxNorm's own names and codes are in the public domain in the United States.",
    "This product uses publicly available data from the U.S. National Library of Medicine (NLM), National Institutes of "
    "Health, Department of Health and Human Services; NLM is not responsible for the product and does not endorse or "
    "recommend this or any other product.",
)  # fmt: skip
TABLES = {"RXNCONSO": 19, "RXNREL": 17, "RXNSAT": 14, "RXNSTY": 7}
"""Columns of each, with the empty one behind the last bar."""
NAMES = {"PSN": "prescribable", "SY": "synonym", "TMSY": "tall_man", "ET": "entry"}
"""Term types that are other names of a concept; every other one says what the concept is."""
MAX_ATOMS = 10_000
"""Names of one concept."""
_STATUS = {"N": "active", "O": "obsolete"}
_ORDER = (
    "IN",
    "MIN",
    "PIN",
    "BN",
    "SCD",
    "SBD",
    "GPCK",
    "BPCK",
    "SCDC",
    "SBDC",
    "SCDF",
    "SBDF",
    "SCDG",
    "SBDG",
    "DF",
    "DFG",
)
_RANK = {tty: rank for rank, tty in enumerate(_ORDER)}


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    tables = {name: parts.find(rf"{name}\.RRF") for name in TABLES}
    missing = [f"{name}.RRF" for name in ("RXNCONSO", "RXNREL", "RXNSAT") if tables[name] is None]
    if len(missing) == 3:
        raise Wrong("it holds no RXNCONSO.RRF.")
    if missing:
        raise Invalid(f"{parts.name} is without {' and '.join(missing)}; a release has all of them.")
    there = {name: part for name, part in tables.items() if part is not None}
    pace, into = Pace(progress, list(there.values())), Gathering(parts.name)
    _concepts(there["RXNCONSO"], pace, into)
    _relations(there["RXNREL"], pace, into)
    _attributes(there["RXNSAT"], pace, into)
    if "RXNSTY" in there:
        for row in columns(there["RXNSTY"], pace, TABLES["RXNSTY"]):
            into.property(row[0], "semantic_type", row[3])
    on = american_day(parts.name) or next((day for part in parts if (day := american_day(part.base))), None)
    loaded = into.loaded(SYSTEM.head("", on, parts.name, options), least=2)
    pace.done()
    return loaded


def _concepts(part: Part, pace: Pace, into: Gathering) -> None:
    """Atoms of one concept stand together: NLM sorts by RXCUI. A concept that comes twice is refused further on."""
    atoms: list[list[str]] = []
    kinds: set[str] = set()
    for row in columns(part, pace, TABLES["RXNCONSO"]):
        if row[12] in _RANK:
            kinds.add(row[12])
        if row[11] == "MTHSPL" and row[12] == "SU":
            into.alias("unii", row[13], row[0])
        if row[11] != "RXNORM" or row[1] != "ENG":
            continue
        if atoms and atoms[0][0] != row[0]:
            _concept(atoms, into)
            atoms = []
        if len(atoms) >= MAX_ATOMS:
            raise Invalid(f"{part.base} has a concept of over {MAX_ATOMS:,} names; it is damaged.")
        atoms.append(row)
    if atoms:
        _concept(atoms, into)
    if not {"IN", "SCD"} <= kinds:
        raise Invalid(f"{part.base} holds no ingredients and clinical drugs: it is cut off, or not RxNorm's.")


def _concept(atoms: list[list[str]], into: Gathering) -> None:
    own = sorted(
        (row for row in atoms if row[12] not in NAMES),
        key=lambda row: (row[16] != "N", _RANK.get(row[12], 99), row[14]),
    )
    if not own:
        return
    best = own[0]
    into.concept(best[0], best[14], _STATUS.get(best[16], "inactive"))
    for tty in dict.fromkeys(row[12] for row in own):
        into.property(best[0], "tty", tty)
    for row in atoms:
        if row is not best and row[14] != best[14]:
            into.designation(row[0], row[14], use=NAMES.get(row[12], "synonym"))


def _relations(part: Part, pace: Pace, into: Gathering) -> None:
    """A row says what its second concept is to its first: the second is the source."""
    for row in columns(part, pace, TABLES["RXNREL"]):
        if row[10] == "RXNORM" and row[7] and row[2] == row[6] == "CUI":
            into.relation(row[4], row[7], row[0])


def _attributes(part: Part, pace: Pace, into: Gathering) -> None:
    for row in columns(part, pace, TABLES["RXNSAT"]):
        code, name, source, value = row[0], row[8], row[9], row[10]
        if source == "RXNORM" and name == "NDC":
            if row[11] in ("N", "") and len(value) == 11 and value.isdigit():
                into.alias("ndc11", value, code)
        elif source == "RXNORM" and name.startswith(("RXN_", "RXTERM_")):
            into.property(code, name.removeprefix("RXN_").lower(), value)
        elif source == "MTHSPL" and name == "DCSA":
            into.property(code, "dea_schedule", value)
