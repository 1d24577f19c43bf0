"""What is put first of all that fits, and in which words people ask for it: per code system, ours, not the source's.

A system's folder below `systems/` may hold three tables, tab-separated, `#` begins a comment:

    common.tsv     code <tab> weight 1-100      how common a concept is in everyday practice
    everyday.tsv   code <tab> name, name …      names that people use and the source does not
    shorthand.tsv  typed <tab> meant | meant    abbreviations, written out when they are typed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files

from osler.terminology.model import Concept

SYSTEMS = "osler.terminology.systems"
SYSTEM_OF = {"snomed": "snomed_ips"}
"""Releases that are ranked by another system's tables."""


def no_weight(concept: Concept) -> int:
    del concept
    return 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the concepts of one system are ranked and found."""

    weights: Mapping[str, int] = field(default_factory=dict)
    weigh: Callable[[Concept], int] = no_weight
    """For concepts without an entry in `weights`; may be negative."""
    everyday: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shorthand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def weight(self, concept: Concept) -> int:
        known = self.weights.get(concept.code)
        return self.weigh(concept) if known is None else known


@cache
def ranking(name: str) -> Ranking:
    """The ranking of a code system by its release's name; one that knows nothing for other systems."""
    folder = SYSTEM_OF.get(name, name)
    try:
        module = import_module(f"{SYSTEMS}.{folder}")
    except ModuleNotFoundError:
        return Ranking()
    return Ranking(
        weights={code: int(weight) for code, weight in _table(folder, "common").items()},
        weigh=getattr(module, "weigh", no_weight),
        everyday={code: _parts(names, ",") for code, names in _table(folder, "everyday").items()},
        shorthand={typed: _parts(meant, "|") for typed, meant in _table(folder, "shorthand").items()},
    )


def _parts(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _table(folder: str, name: str) -> dict[str, str]:
    place = files(SYSTEMS).joinpath(folder, f"{name}.tsv")
    if not place.is_file():
        return {}
    lines = (line.split("#", 1)[0].rstrip() for line in place.read_text("utf-8").splitlines())
    return dict(line.split("\t", 1) for line in lines if line)
