"""Builds the release files of what is built in, from the packed releases of the package."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from osler.terminology.writing import write_packed

BUILT = Path(__file__).parent / "built"
SYSTEMS = "osler.terminology.systems"
NAMES = (
    "icd10cm",
    "rxnorm",
    "loinc",
    "snomed_ips",
    "hcpcs",
    "cvx",
    "mvx",
    "vaccine_ndc",
    "race_ethnicity",
    "placeofservice",
    "icd10pcs",
)
RECIPE = ("model.py", "packing.py", "ranking.py", "spelling.py", "words.py", "writing.py")
"""Modules that decide what a release file holds."""
RANKING = ("__init__.py", "common.tsv", "everyday.tsv", "usual.tsv")
"""Files of a system's folder that do so too. Shorthand is read when it is typed, and not kept in the file."""


def build_all(target: Path, say: Callable[[str], object] = lambda text: None) -> list[Path]:
    """Write every built-in release below `target`; those that are up to date stay. Gives the files' paths."""
    target.mkdir(parents=True, exist_ok=True)
    with _no_collection():
        for name in NAMES:
            if not is_current(target, name):
                say(f"Building {name}")
                build(target, name)
    return [file_of(target, name) for name in NAMES]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps Python from looking for cycles: there are none, and looking takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def build(target: Path, name: str) -> None:
    """Write one built-in release, and beside it what it was made from."""
    write_packed(file_of(target, name), packed(name))
    _mark_of(target, name).write_text(fingerprint(name))


def is_current(target: Path, name: str) -> bool:
    """Whether the release file is there and was made from the same data by the same recipe."""
    mark = _mark_of(target, name)
    return file_of(target, name).exists() and mark.exists() and mark.read_text() == fingerprint(name)


def packed(name: str) -> bytes:
    """The packed form of a built-in release."""
    return files(SYSTEMS).joinpath(name, "data", f"{name}.release.zst").read_bytes()


def file_of(target: Path, name: str) -> Path:
    return target / f"{name}.sqlite"


def fingerprint(name: str) -> str:
    """A hash over everything that the release file follows from: data, ranking tables, recipe."""
    digest = hashlib.sha256(packed(name))
    own = files(SYSTEMS).joinpath(name)
    here = files("osler.terminology")
    for place in (own.joinpath(each) for each in RANKING):
        digest.update(place.read_bytes() if place.is_file() else b"-")
    for module in RECIPE:
        digest.update(here.joinpath(module).read_bytes())
    return digest.hexdigest()


def _mark_of(target: Path, name: str) -> Path:
    return target / f"{name}.made-from"


if __name__ == "__main__":
    build_all(BUILT)
