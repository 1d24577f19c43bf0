"""Compiles the published table of UCUM units into the data of `osler.fhir.datatypes`.

    python tools/compile_units.py FOLDER

FOLDER holds ucumDefs.min.json, the table of the National Library of Medicine's ucum-lhc, and its license. Every definition is checked
against the size and dimension that the same table computed for the unit. The output is the same for the same input.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src/osler/fhir/datatypes/data"
BASES = ("m", "s", "g", "rad", "K", "C", "cd")
OWN_DIMENSION = ("mol", "eq", "osm")
"""UCUM makes these one number; a milliequivalent of calcium is still not a millimole."""

# Definitions where the table left a part out: factor, unit. As UCUM's own tables have them.
CORRECTED = {
    "[mu_0]": ("4", "[pi].10*-7.N/A2"),
    "Oe": ("250", "A/m/[pi]"),
    "[S]": ("1", "10*-13.s"),
    "[diop]": ("1", "/m"),
    "[mesh_i]": ("1", "/[in_i]"),
    "Bd": ("1", "/s"),
    "B[SPL]": ("2", "10*-5.Pa"),
    "B[10.nV]": ("10", "nV"),
}
NAMED = {"%": "percent"}
# What a special unit's function is called in special_units.py, by the table's name for it.
FUNCTIONS = {
    "Cel": "celsius",
    "degF": "fahrenheit",
    "degRe": "reaumur",
    "tanTimes100": "tan100",
    "100tan": "tan100-degrees",
    "hpX": "minus-lg",
    "hpC": "minus-log100",
    "hpM": "minus-log1000",
    "hpQ": "minus-log50000",
    "pH": "minus-lg",
    "ln": "ln",
    "lg": "lg",
    "lgTimes2": "lg2",
    "ld": "ld",
    "sqrt": "sqrt",
}
# Read by a function into these, exactly, whatever the table writes.
TEMPERATURES = ("Cel", "[degF]", "[degRe]")
NOT_CHECKED = ("[pH]", *CORRECTED, *OWN_DIMENSION)


def main(folder: Path) -> None:
    source = folder / "ucumDefs.min.json"
    table = json.loads(source.read_text())
    rows = list(named(table["units"]))
    units = [unit_row(row) for row in rows if row["source_"] == "UCUM"]
    prefixes = [prefix_row(row) for row in named(table["prefixes"])]
    TARGET.mkdir(exist_ok=True)
    lines = ["\t".join(each) for each in [*prefixes, *units]]
    TARGET.joinpath("ucum.tsv").write_text("\n".join(lines) + "\n")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    TARGET.joinpath("SOURCES.md").write_text(PAGE.format(sha=digest[:16], units=len(units), prefixes=len(prefixes)))
    TARGET.joinpath("LICENSE-ucum.md").write_text(folder.joinpath("LICENSE-ucum-lhc.md").read_text())
    check([row for row in rows if row["source_"] in ("UCUM", "LOINC")])


def named(table: dict[str, Any]) -> list[dict[str, Any]]:
    names = [name if isinstance(name, str) else name[1] for name in table["config"]]
    return [dict(zip(names, row, strict=True)) for row in table["data"]]


def prefix_row(row: dict[str, Any]) -> list[str]:
    factor = f"1e{row['exp_']}" if row["exp_"] else str(row["value_"])
    return ["prefix", row["code_"], factor, "", "", row["name_"], row["printSymbol_"]]


def unit_row(row: dict[str, Any]) -> list[str]:
    code = row["csCode_"]
    kind, factor, unit = definition(code, row)
    metric = "metric" if row["isMetric_"] or code in BASES else ""
    name = row["name_"] or NAMED[code]
    return [kind, code, factor, unit, metric, name, row["printSymbol_"] or "", row["property_"]]


def definition(code: str, row: dict[str, Any]) -> tuple[str, str, str]:
    if code in BASES or code in OWN_DIMENSION:
        return "base", "1", ""
    if code == "[IU]":
        return "ratio", "1", "[iU]"
    if row["isArbitrary_"]:
        return "base", "1", ""
    if code in TEMPERATURES:
        return FUNCTIONS[row["cnv_"]], "1", "K"
    factor, unit = CORRECTED.get(code, (row["baseFactorStr_"] or "1", row["csUnitString_"]))
    return (FUNCTIONS[row["cnv_"]] if row["isSpecial_"] else "ratio"), factor, unit


def check(rows: list[dict[str, Any]]) -> None:
    """Says which units come out otherwise than the table has them."""
    from osler.core.errors import Invalid
    from osler.fhir.datatypes.units import parse_unit

    for row in rows:
        code = row["csCode_"].strip()
        try:
            unit = parse_unit(code)
        except Invalid as refused:
            print(f"{code}: {refused.message}", file=sys.stderr)
            continue
        if unit.function or code in NOT_CHECKED or "[LPF]" in code or set(unit.dimension).intersection(OWN_DIMENSION):
            continue
        vector = [unit.dimension.get(base, 0) for base in BASES]
        sizes = any(name not in BASES for name in unit.dimension) or math.isclose(
            float(unit.factor), row["magnitude_"], rel_tol=1e-9
        )
        if vector != (row["dimVec_"] or [0] * 7) or not sizes:
            print(f"{code}: {unit.factor} {vector}, published {row['magnitude_']} {row['dimVec_']}", file=sys.stderr)


PAGE = """# What `ucum.tsv` holds

Codes, definitions, names and symbols of {units} units and {prefixes} prefixes, compiled by `tools/compile_units.py`.

| source | version | date | SHA-256 of the file read begins |
|---|---|---|---|
| The Unified Code for Units of Measure, as tabled by the National Library of Medicine in `@lhncbc/ucum-lhc` | 7.1.9 | not stated | `{sha}` |

The UCUM table and UCUM codes are copyright © 1995-2009, Regenstrief Institute, Inc. and the Unified Codes for Units of
Measures (UCUM) Organization. All rights reserved. They are used here under the license at <https://ucum.org/license>.
The table was developed by the Lister Hill National Center for Biomedical Communications, a division of the U.S.
National Library of Medicine, with the permission and based on the copyrighted content of the Regenstrief Institute, and
comes as is, without warranty of any kind. The whole notice: [LICENSE-ucum.md](LICENSE-ucum.md).

Columns: kind, code, factor, unit, metric, name, symbol, property. Kind is `prefix`, `base`, `ratio` or the name of a special
unit's function.

What the compiler changes on the way:

* Units that UCUM calls arbitrary (`[arb'U]`, `[iU]` …) are a dimension each: nothing else converts to them. `[IU]` is `[iU]`.
* `mol`, `eq` and `osm` are a dimension each, too. UCUM makes all three the same plain number, so that 1 meq/L of calcium
  would be 1 mmol/L, twice what it is.
* Definitions of which the source's table leaves a part out are written as UCUM has them: {corrected}.
""".replace("{corrected}", ", ".join(f"`{code}`" for code in CORRECTED))

if __name__ == "__main__":
    main(Path(sys.argv[1]))
