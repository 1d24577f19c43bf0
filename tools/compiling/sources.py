"""Reads the definition files as published: bundles in gzipped JSON and implementation guide packages."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any


def read_bundle(path: Path) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in json.loads(gzip.decompress(path.read_bytes()))["entry"]]


def read_resource(path: Path) -> dict[str, Any]:
    return json.loads(gzip.decompress(path.read_bytes()))


def read_package(path: Path, prefix: str) -> list[dict[str, Any]]:
    """Resources of an implementation guide package whose file name begins with `prefix`, by name."""
    with tarfile.open(path) as package:  # in the order of the file: to go back means to unpack from the beginning
        wanted = [each for each in package if each.name.startswith(f"package/{prefix}")]
        found = {each.name: _content(package, each) for each in wanted}
    return [json.loads(found[name]) for name in sorted(found)]


def _content(package: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = package.extractfile(member)
    return file.read() if file else b""


def describe(path: Path, title: str, version: str, date: str) -> dict[str, str]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"name": title, "version": version, "date": date, "file": path.name, "sha256": digest}
