"""Compiles the published code systems into the packed releases of `osler.terminology.systems`.

    python tools/compile_terminology.py FOLDER [NAME ...]

FOLDER holds what the agencies published (see each system's SOURCES.md). The output is the same for the same input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from osler.terminology.model import Contents
from osler.terminology.packing import pack_release
from terminology.billing import hcpcs, place_of_service
from terminology.drugs import rxnorm
from terminology.icd import icd10cm, icd10pcs
from terminology.nomenclatures import loinc, race_ethnicity, snomed_ips
from terminology.page import sources_page
from terminology.reading import Reader
from terminology.vaccines import cvx, mvx, vaccine_ndc

SYSTEMS = Path(__file__).parent.parent / "src/osler/terminology/systems"
COMPILERS: dict[str, Callable[[Reader], Contents]] = {
    "icd10cm": icd10cm,
    "icd10pcs": icd10pcs,
    "hcpcs": hcpcs,
    "placeofservice": place_of_service,
    "cvx": cvx,
    "mvx": mvx,
    "vaccine_ndc": vaccine_ndc,
    "loinc": loinc,
    "snomed_ips": snomed_ips,
    "race_ethnicity": race_ethnicity,
    "rxnorm": rxnorm,
}


def main(folder: Path, names: list[str]) -> None:
    total = 0
    for name in names or COMPILERS:
        reader = Reader(folder)
        contents = COMPILERS[name](reader)
        concepts, relations, aliases = list(contents.concepts), list(contents.relations), list(contents.aliases)
        packed = pack_release(contents.head, concepts, relations, aliases, level=19)
        home = SYSTEMS / name / "data"
        home.mkdir(parents=True, exist_ok=True)
        home.joinpath(f"{name}.release.zst").write_bytes(packed)
        counts = (len(concepts), len(relations), len(aliases))
        home.joinpath("SOURCES.md").write_text(sources_page(contents.head, reader.sources, counts))
        total += len(packed)
        print(
            f"{name:18}{counts[0]:>8,} concepts{counts[1]:>8,} relations{counts[2]:>9,} aliases{len(packed):>10,} bytes"
        )
    print(f"{total:,} bytes in all")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
