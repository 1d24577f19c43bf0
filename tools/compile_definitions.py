"""Compiles the published FHIR R4 and US Core definitions into the packed data of `osler.fhir.definitions`.

    python tools/compile_definitions.py FOLDER

FOLDER holds profiles-types.json.gz, profiles-resources.json.gz, search-parameters.json.gz,
compartmentdefinition-patient.json.gz and us_core_610.tgz. The output is the same for the same input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import zstandard

from compiling.compartments import compile_compartments, unknown_params
from compiling.search import compile_search
from compiling.sources import describe, read_bundle, read_package, read_resource
from compiling.structures import compile_structures, is_base_type, primitive_kinds

TARGET = Path(__file__).parent.parent / "src/osler/fhir/definitions/data"
ABSTRACT = ("Resource", "DomainResource")


def main(folder: Path) -> None:
    packed = compile_all(folder)
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False).encode()
    TARGET.mkdir(exist_ok=True)
    TARGET.joinpath("definitions.json.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(text))
    TARGET.joinpath("SOURCES.md").write_text(sources_page(packed["sources"]))


def compile_all(folder: Path) -> dict[str, Any]:
    published = read_bundle(folder / "profiles-types.json.gz") + read_bundle(folder / "profiles-resources.json.gz")
    types = [each for each in published if is_base_type(each)]
    resources = sorted(each["type"] for each in types if each["kind"] == "resource" and each["type"] not in ABSTRACT)
    primitives = primitive_kinds(types)
    structures = compile_structures(types, primitives)
    params = read_bundle(folder / "search-parameters.json.gz") + read_package(
        folder / "us_core_610.tgz", "SearchParameter-"
    )
    search = compile_search(params, structures, resources)
    compartments = compile_compartments(
        [each for each in published if each["resourceType"] == "CompartmentDefinition"]
        + [read_resource(folder / "compartmentdefinition-patient.json.gz")]
    )
    for slip in unknown_params(compartments, search):
        print(f"compartment {slip} is not a search parameter", file=sys.stderr)
    return {
        "sources": sources(folder),
        "resources": resources,
        "datatypes": sorted(each["type"] for each in types if each["kind"] == "complex-type"),
        "primitives": primitives,
        "structures": structures,
        "search": search,
        "compartments": compartments,
    }


def sources(folder: Path) -> list[dict[str, str]]:
    r4 = ("4.0.1", "2019-11-01")
    return [
        describe(folder / "profiles-types.json.gz", "FHIR R4 datatypes", *r4),
        describe(folder / "profiles-resources.json.gz", "FHIR R4 resources and compartments", *r4),
        describe(folder / "search-parameters.json.gz", "FHIR R4 search parameters", *r4),
        describe(folder / "compartmentdefinition-patient.json.gz", "FHIR R4 Patient compartment", *r4),
        describe(folder / "us_core_610.tgz", "US Core search parameters", "6.1.0", "2023-06-29"),
    ]


def sources_page(rows: list[dict[str, str]]) -> str:
    table = "\n".join(f"| {row['name']} | {row['version']} | {row['date']} | `{row['sha256'][:16]}` |" for row in rows)
    return PAGE.format(table=table)


PAGE = """# What `definitions.json.zst` holds

Facts compiled by `tools/compile_definitions.py` from definitions that HL7 publishes under CC0 1.0; descriptions and
other prose are left behind. Read it with `zstd -dc definitions.json.zst`.

| source | version | date | SHA-256 of the file read begins |
|---|---|---|---|
{table}

What the compiler changes on the way:

* Expressions are split per base type and written one way: `(X as T)` as `X.as(T)`, `value.as(DateTime)` as
  `value.as(dateTime)`, `valueDateTime` as `value.as(dateTime)`, with the type in front.
* Targets of reference parameters are narrowed to what the elements of the base type can hold.
* Where US Core defines a parameter that R4 has, both sets of alternatives count.
* US Core's race, ethnicity and gender-identity select the whole Coding or CodeableConcept, not only its code, so that
  `system|code` can be asked for too.
* `Resource.id` has the type `id`. `contentReference` elements have the children of what they refer to.
* Compartments are the union of the definitions in the resource bundle and the separate Patient definition (which
  adds Task).
"""

if __name__ == "__main__":
    main(Path(sys.argv[1]))
