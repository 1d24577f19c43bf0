"""The ANSM thesaurus as pairs of groups with a level and a kind of effect."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from drugs.effects import effect_of
from drugs.names import ascii_name, english_name

THESAURUS = "ansm_thesaurus_2020-10_fr.tsv.gz"
CLASSES = "ansm_2020_classes.tsv.gz"
MINERALS = {
    "potassium": ("potassium salts", ("potassium", "potassium chloride", "potassium citrate", "potassium gluconate", "potassium acetate",
                                      "potassium bicarbonate", "potassium phosphate")),
    "calcium": ("calcium salts", ("calcium carbonate", "calcium chloride", "calcium gluconate", "calcium citrate", "calcium acetate",
                                  "calcium lactate", "calcium phosphate")),
    "magnesium": ("magnesium salts", ("magnesium chloride", "magnesium hydroxide", "magnesium oxide", "magnesium sulfate",
                                      "magnesium carbonate", "magnesium citrate", "magnesium gluconate")),
    "fer": ("iron salts", ("ferrous fumarate", "ferrous gluconate", "ferrous sulfate", "ferrous bisglycinate", "ferric maltol",
                           "polysaccharide iron complex", "iron carbonyl")),
    "zinc": ("zinc salts", ("zinc sulfate", "zinc acetate", "zinc gluconate", "zinc chloride")),
    "sels de fer par voie injectable": ("injected iron", ("iron sucrose", "iron-dextran complex", "ferric carboxymaltose",
                                                          "sodium ferric gluconate complex", "ferric derisomaltose")),
}  # fmt: skip
"""What the thesaurus names as an element is a salt in RxNorm."""
Named = Callable[[str], str | None]


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def class_key(french: str) -> str:
    """How a class is looked up: "AUTRES …" is the class itself, and a hyphen at a line's end is a hyphen."""
    return re.sub(
        r"^autres? ", "", ascii_name(french).replace("- ", "-").replace("cardio-selectifs", "cardio-selectifs")
    )


def read_class_names() -> dict[str, str]:
    text = Path(__file__).with_name("classes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t") for line in text)


def _widened(known: tuple[int, int, str] | None, level: int, effect: str) -> tuple[int, int, str]:
    """A pair may have several levels, by drug, dose or route: the strictest and the mildest are kept, and the first effect."""
    if known is None:
        return (level, level, effect)
    return (min(known[0], level), max(known[1], level), known[2] or effect)


class French:
    """Reads the two files; remembers what had no English name."""

    def __init__(self, folder: Path, by_code: Named, is_known: Callable[[str], bool]) -> None:
        self._folder, self._by_code, self._is_known = folder, by_code, is_known
        self._classes = read_class_names()
        self._substances: dict[str, str | None] = {}
        self.left_out: Counter[str] = Counter()

    def compile(self) -> dict[str, Any]:
        """`groups` by English name, and `rows` (one side, other side, strictest level, mildest level, effect)."""
        groups = self._groups()
        rows: dict[tuple[str, str], tuple[int, int, str]] = {}
        for row in rows_of(self._folder / THESAURUS):
            one, other = (self._side(row[f"side{end}"], row[f"kind{end}"], groups) for end in (1, 2))
            if not one or not other:
                continue
            effect = effect_of(row["mechanism_fr"]) or effect_of(row["info_fr"])
            level = int(row["severity_1ci_2avoid_3precaution_4note"])
            key = (min(one, other), max(one, other))
            rows[key] = _widened(rows.get(key), level, effect)
        used = {side for key in rows for side in key}
        return {
            "groups": {name: sorted(members) for name, members in sorted(groups.items()) if f"fr:{name}" in used},
            "rows": [[one, other, *rows[one, other]] for one, other in sorted(rows)],
        }

    def _groups(self) -> dict[str, set[str]]:
        groups: dict[str, set[str]] = {name: set(salts) for name, salts in MINERALS.values()}
        for row in rows_of(self._folder / CLASSES):
            name = self._classes[class_key(row["class_fr"])]
            found = self._substance(row["substance_fr"], row["rxcui"])
            if found:
                groups.setdefault(name, set()).add(found)
        return groups

    def _side(self, french: str, kind: str, groups: dict[str, set[str]]) -> str | None:
        if ascii_name(french) in MINERALS:
            return f"fr:{MINERALS[ascii_name(french)][0]}"
        if kind == "drug":
            return self._substance(french)
        name = self._classes.get(class_key(french))
        if name in groups:
            return f"fr:{name}"
        self.left_out[french.lower()] += 1
        return None

    def _substance(self, french: str, code: str = "") -> str | None:
        key = ascii_name(french)
        if self._substances.get(key) is None:
            self._substances[key] = (self._by_code(code) if code else None) or english_name(french, self._is_known)
        if self._substances[key] is None:
            self.left_out[key] += 1
        return self._substances[key]
