"""Compiles the published FHIR R4 and US Core definitions into the packed data of `osler.fhir.definitions`.

    python tools/compile_definitions.py FOLDER

FOLDER holds profiles-types.json.gz, profiles-resources.json.gz, search-parameters.json.gz,
compartmentdefinition-patient.json.gz and us_core_610.tgz; for the profiles also what `compiling/profiles.py` names.
The output is the same for the same input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from compiling.compartments import compile_compartments, unknown_params
from compiling.profiles import compile_profiles
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
    profiles = compile_profiles(folder)
    text = msgspec.json.encode(profiles)
    TARGET.joinpath("profiles.json.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(text))
    TARGET.joinpath("SOURCES.md").write_text(sources_page(packed["sources"], profiles.sources))


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


def sources_page(rows: list[dict[str, str]], of_profiles: list[dict[str, str]]) -> str:
    return PAGE.format(table=_table(rows), of_profiles=_table(of_profiles))


def _table(rows: list[dict[str, str]]) -> str:
    return "\n".join(f"| {row['name']} | {row['version']} | {row['date']} | `{row['sha256'][:16]}` |" for row in rows)


PAGE = """# What is here

Facts compiled by `tools/compile_definitions.py` from definitions that HL7 publishes under CC0 1.0; descriptions and
other prose are left behind. Read them with `zstd -dc definitions.json.zst`.

## `definitions.json.zst`: elements, search parameters, compartments

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

## `profiles.json.zst`: what types, profiles and extensions demand, and the value sets they require

| source | version | date | SHA-256 of the file read begins |
|---|---|---|---|
{of_profiles}

What the compiler changes on the way:

* Of each snapshot only those rules stay that demand more than the type does by itself. `ele-1` and `ext-1`, which
  every element has, are left out: the validator asks them everywhere.
* Value sets that bindings require codes to be from are listed, where all they are made of is published with R4 or US
  Core. `*` stands for codes of a system that cannot be listed.
* The VSAC's short sets behind US Core's race, ethnicity and birth sex are keyed in `tools/compiling/vsac.py`; the
  detailed races and ethnicities are those of HL7's v3 code systems, under the name of CDC's.
* Left out: `picoelement` (the bundle's EvidenceVariable is of a later version than R4) and `codesystem-history` (it
  demands extensions inside of an extension that may have none).
"""

if __name__ == "__main__":
    main(Path(sys.argv[1]))
