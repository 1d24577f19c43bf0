"""FHIR packages (npm-style .tgz): profiles, value sets, code systems, concept maps and search parameters as they are."""

from __future__ import annotations

import gzip
import re
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from osler.core.errors import Invalid, TooCostly
from osler.fhir import json
from osler.terminology.loading.heads import day, day_in
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong
from osler.terminology.model import Head

TYPES = frozenset({"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap", "SearchParameter"})
FHIR = "4.0"
MAX_JSON = 64 << 20
"""Bytes of one resource; the largest expansions that guides carry are a few."""
MAX_FILES = 20_000
MAX_BYTES = 2 << 30
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,100}")


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    part = parts.only
    if part is None or not part.beginning(2).startswith(b"\x1f\x8b"):
        raise Wrong("it is no package (.tgz).")
    manifest: dict[str, Any] | None = None
    counts: Counter[str] = Counter()
    for number, (name, resource) in enumerate(_documents(part), 1):
        if name == "package.json":
            manifest = resource
        elif resource.get("resourceType") in TYPES:
            counts[resource["resourceType"]] += 1
        if progress is not None and number % 50 == 0:
            progress(number, number)
    head = _head(manifest, part, options)
    if not counts:
        raise Invalid(f"{part.base} holds no profiles, value sets, code systems, maps or search parameters.")
    total = sum(counts.values())
    if progress is not None:
        progress(total, total)
    remarks = tuple(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
    return Loaded(head, resources=_Resources(part), count=total, remarks=remarks)


class _Resources:
    """The resources of a package, in the package's order; read anew for each walk."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (found for _, found in _documents(self._part) if found.get("resourceType") in TYPES)


def _documents(part: Part) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, JSON object) of every file right below `package/`; examples and the like are below further folders."""
    size = 0
    with part.opened() as stream:
        try:
            unpacked = gzip.GzipFile(fileobj=stream)
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                for number, member in enumerate(archive):
                    size += member.size
                    if number >= MAX_FILES or size > MAX_BYTES:
                        raise TooCostly(f"{part.base} holds far more than a package does; it was not read further.")
                    if name := _wanted(member, part):
                        yield name, _object(archive, member, part)
            while data := unpacked.read(1 << 16):  # what is behind the last file carries the check sum
                size += len(data)
                if size > MAX_BYTES:
                    raise TooCostly(f"{part.base} holds far more than a package does; it was not read further.")
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            raise Invalid(f"{part.base} is cut off or damaged. Download it again.") from error


def _wanted(member: tarfile.TarInfo, part: Part) -> str:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise Invalid(f"{part.base} holds a file whose name leads outside of it. That is no package of FHIR.")
    wanted = member.isfile() and len(path.parts) == 2 and path.parts[0] == "package" and path.suffix == ".json"
    return path.name if wanted and not path.name.startswith(".") else ""


def _object(archive: tarfile.TarFile, member: tarfile.TarInfo, part: Part) -> dict[str, Any]:
    if member.size > MAX_JSON:
        raise TooCostly(f"{part.base} holds a file of over {MAX_JSON >> 20} MB; no package does.")
    stream = archive.extractfile(member)
    try:
        found = json.decode(stream.read()) if stream else None
    except Invalid as error:
        raise Invalid(f"{part.base} holds a file that is no sound JSON: {error.message}") from error
    if not isinstance(found, dict):
        raise Invalid(f"{part.base} holds a JSON file that is no object.")
    return found


def _head(manifest: dict[str, Any] | None, part: Part, options: Options) -> Head:
    if manifest is None:
        raise Wrong("it holds no package/package.json.")
    name, version = str(manifest.get("name", "")), str(manifest.get("version", ""))
    if not _NAME.fullmatch(name) or not version or len(version) > 100:
        raise Invalid(f"{part.base} does not say in package.json which package and version it is.")
    said = manifest.get("fhirVersions") or manifest.get("fhir-version-list") or [manifest.get("fhirVersion", "")]
    if not any(str(each).startswith(FHIR) for each in said):
        raise Invalid(f"{part.base} is made for FHIR {', '.join(map(str, said)) or '?'}; Osler speaks 4.0.1.")
    return Head(
        name=name, system=str(manifest.get("canonical", "")), version=version,
        effective_on=options.effective_on or _made_on(str(manifest.get("date", ""))),
        title=str(manifest.get("title") or name), source=f"{manifest.get('author') or name}, {part.base}",
        license=str(manifest.get("license", "")),
    )  # fmt: skip


def _made_on(said: str) -> date:
    """Packages are dated YYYYMMDDhhmmss. One without a date is as old as FHIR R4."""
    found = day(said[:4], said[4:6], said[6:8]) if said[:8].isdigit() else None
    return found or day_in(said, r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)") or date(2019, 10, 30)
