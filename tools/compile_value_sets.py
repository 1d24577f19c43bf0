"""Compiles published code systems, value sets and concept maps into the packed data of `osler.terminology.valuesets`.

    python tools/compile_value_sets.py FOLDER

FOLDER holds valuesets.json.gz, v2-tables.json.gz, v3-codesystems.json.gz, conceptmaps.json.gz, us_core_610.tgz,
us_core_700.tgz, us_core_800.tgz and ips_v110.tgz. The output is the same for the same input. It is text once unpacked:
the first line is an index, every further line one resource.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import zstandard

from compiling.keyed_value_sets import VERSION, keyed_value_sets
from compiling.sources import describe, read_bundle, read_package

TARGET = Path(__file__).parent.parent / "src/osler/terminology/valuesets/data"
KINDS = ("CodeSystem", "ValueSet", "ConceptMap")

COMMON = ("resourceType", "url", "version", "name", "title", "status", "experimental", "date", "publisher")
KEPT: dict[str, Any] = {
    "CodeSystem": {
        **dict.fromkeys((*COMMON, "caseSensitive", "valueSet", "hierarchyMeaning", "compositional", "versionNeeded")),
        **dict.fromkeys(("content", "supplements")),
        "property": dict.fromkeys(("code", "uri", "type")),
        "concept": {
            **dict.fromkeys(("code", "display", "property")),
            "designation": dict.fromkeys(("language", "use", "value")),
        },
    },
    "ValueSet": {
        **dict.fromkeys((*COMMON, "immutable")),
        "compose": {
            **dict.fromkeys(("lockedDate", "inactive")),
            "include": {
                **dict.fromkeys(("system", "version", "valueSet", "filter")),
                "concept": {
                    **dict.fromkeys(("code", "display")),
                    "designation": dict.fromkeys(("language", "use", "value")),
                },
            },
        },
        "expansion": {
            **dict.fromkeys(("identifier", "timestamp", "total")),
            "contains": dict.fromkeys(("system", "version", "code", "display", "inactive", "abstract")),
        },
    },
    "ConceptMap": {
        **dict.fromkeys((*COMMON, "sourceUri", "sourceCanonical", "targetUri", "targetCanonical")),
        "group": {
            **dict.fromkeys(("source", "sourceVersion", "target", "targetVersion", "unmapped")),
            "element": {
                **dict.fromkeys(("code", "display")),
                "target": dict.fromkeys(("code", "display", "equivalence", "dependsOn", "product")),
            },
        },
    },
}
KEPT["CodeSystem"]["concept"]["concept"] = KEPT["CodeSystem"]["concept"]
KEPT["ValueSet"]["compose"]["exclude"] = KEPT["ValueSet"]["compose"]["include"]


def main(folder: Path) -> None:
    sources, resources = read_all(folder)
    TARGET.mkdir(exist_ok=True, parents=True)
    TARGET.joinpath("value_sets.jsonl.zst").write_bytes(pack(sources, resources))
    TARGET.joinpath("SOURCES.md").write_text(sources_page(sources, resources))


def read_all(folder: Path) -> tuple[list[dict[str, str]], list[tuple[int, dict[str, Any]]]]:
    """The sources, and every resource with the number of the source it comes from."""
    sources: list[dict[str, str]] = []
    resources: list[tuple[int, dict[str, Any]]] = []
    for name, title, version, date in FILES:
        path = folder / name
        sources.append(describe(path, title, version, date))
        resources += [(len(sources) - 1, trimmed(each)) for each in read(path) if each["resourceType"] in KINDS]
    digest = hashlib.sha256(line(keyed_value_sets())).hexdigest()
    keyed = {"name": "VSAC value sets keyed by hand (`tools/compiling/keyed_value_sets.py`)", "version": VERSION}
    sources.append(keyed | {"date": VERSION, "file": "keyed_value_sets.py", "sha256": digest})
    resources += [(len(sources) - 1, each) for each in keyed_value_sets()]
    mend_versions([each for _, each in resources])
    return sources, sorted(resources, key=lambda pair: (pair[1]["resourceType"], pair[1]["url"], pair[0]))


FILES = (
    ("valuesets.json.gz", "FHIR R4 code systems and value sets", "4.0.1", "2019-11-01"),
    ("v2-tables.json.gz", "HL7 v2 tables as published with FHIR R4", "2.9", "2019-11-01"),
    (
        "v3-codesystems.json.gz",
        "HL7 v3 code systems and value sets as published with FHIR R4",
        "2018-08-12",
        "2018-08-12",
    ),
    ("conceptmaps.json.gz", "FHIR R4 concept maps", "4.0.1", "2019-11-01"),
    ("us_core_610.tgz", "US Core", "6.1.0", "2023-06-29"),
    ("us_core_700.tgz", "US Core", "7.0.0", "2024-05-08"),
    ("us_core_800.tgz", "US Core", "8.0.0", "2025-06-10"),
    ("ips_v110.tgz", "International Patient Summary", "1.1.0", "2022-11-22"),
)


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".tgz":
        return [each for kind in KINDS for each in read_package(path, f"{kind}-")]
    return read_bundle(path)


def trimmed(resource: dict[str, Any]) -> dict[str, Any]:
    """Facts only. An expansion stays where it is whole and the definition cannot be worked out without its publisher."""
    kept = keep(resource, KEPT[resource["resourceType"]])
    if "expansion" in kept and not needs_expansion(kept):
        del kept["expansion"]
    return kept


def keep(value: Any, shape: dict[str, Any] | None) -> Any:
    if shape is None:
        return value
    if isinstance(value, list):
        return [keep(each, shape) for each in value]
    return {name: keep(value[name], inner) for name, inner in shape.items() if name in value}


def needs_expansion(value_set: dict[str, Any]) -> bool:
    includes = value_set.get("compose", {}).get("include", [])
    asks = {filter_["property"] for include in includes for filter_ in include.get("filter", [])}
    whole = value_set["expansion"].get("total") == len(value_set["expansion"].get("contains", []))
    return whole and "constraint" in asks


def mend_versions(resources: list[dict[str, Any]]) -> None:
    """Value sets here and there name a version of a code system that was not published with them, or put it into the URL; and
    an edition of SNOMED CT without a date is whichever is loaded."""
    there = {(each["url"], each.get("version", "")) for each in resources if each["resourceType"] == "CodeSystem"}
    published = {url for url, _ in there}
    for value_set in resources:
        compose = value_set.get("compose", {}) if value_set["resourceType"] == "ValueSet" else {}
        for include in (*compose.get("include", ()), *compose.get("exclude", ())):
            url, _, version = include.get("system", "").partition("|")
            version = version or include.get("version", "")
            unknown = url in published and (url, version) not in there
            if "system" in include:
                include["system"] = url
            if unknown or url == "http://snomed.info/sct":
                include.pop("version", None)


def pack(sources: list[dict[str, str]], resources: list[tuple[int, dict[str, Any]]]) -> bytes:
    return zstandard.ZstdCompressor(level=19).compress(unpacked(sources, resources))


def unpacked(sources: list[dict[str, str]], resources: list[tuple[int, dict[str, Any]]]) -> bytes:
    lines = [line(resource) for _, resource in resources]
    rows = [row(source, resource, len(text)) for (source, resource), text in zip(resources, lines, strict=True)]
    return b"\n".join([line({"sources": sources, "rows": rows}), *lines, b""])


def line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def row(source: int, resource: dict[str, Any], length: int) -> list[Any]:
    """kind, url, version, source, length of the line, and what has to be known without reading the line."""
    version = resource.get("version", "")
    return [resource["resourceType"], resource["url"], version, source, length, known(resource)]


def known(resource: dict[str, Any]) -> list[str]:
    """Of a code system the URL of the value set of all its codes, or what it supplements; of a map the systems it maps from
    and to."""
    if resource["resourceType"] == "ConceptMap":
        groups = resource.get("group", [])
        return sorted({group[end] for group in groups for end in ("source", "target") if end in group})
    if resource["resourceType"] == "CodeSystem":
        return [resource.get("supplements") or resource.get("valueSet", "")]
    return []


def sources_page(sources: list[dict[str, str]], resources: list[tuple[int, dict[str, Any]]]) -> str:
    counts = [[sum(n == i and each["resourceType"] == kind for n, each in resources) for kind in KINDS] for i in range(len(sources))]  # fmt: skip
    table = "\n".join(
        f"| {each['name']} | {each['version']} | {each['date']} | {' | '.join(map(str, count))} | `{each['sha256'][:16]}` |"
        for each, count in zip(sources, counts, strict=True)
    )
    return PAGE.format(table=table)


PAGE = """# What `value_sets.jsonl.zst` holds

Facts compiled by `tools/compile_value_sets.py` from what HL7 publishes under CC0 1.0 (the SNOMED CT codes and terms in the
value sets of the International Patient Summary: SNOMED International, CC BY 4.0). Descriptions, definitions, comments and
other prose are left behind. Read it with `zstd -dc value_sets.jsonl.zst`: an index, then one resource a line.

| source | version | date | code systems | value sets | concept maps | SHA-256 of the file read begins |
|---|---|---|---|---|---|---|
{table}

Where a published value set is defined in a language that only a SNOMED CT server can answer, its published expansion is
kept when that is whole. A version of a code system that a value set names is left out where that version was not published
with it, or is an edition of SNOMED CT without a date.
"""

if __name__ == "__main__":
    main(Path(sys.argv[1]))
