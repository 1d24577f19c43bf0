"""CPT: a licensee's own data files. Codes and words are the AMA's; Osler ships none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from osler.core.errors import Forbidden, Invalid
from osler.terminology.loading.gathering import Gathering
from osler.terminology.loading.heads import System, day
from osler.terminology.loading.loaded import Loaded, Options, Progress
from osler.terminology.loading.parts import Part, Parts
from osler.terminology.loading.recognition import Wrong, sign_of
from osler.terminology.loading.rows import Pace, lines

SYSTEM = System(
    "cpt", "http://www.ama-assn.org/go/cpt", "CPT", "American Medical Association", "Licensed by the AMA to this practice.",
    "CPT® is a registered trademark of the American Medical Association. CPT codes and descriptions are copyright of the "
    "American Medical Association. All rights reserved.",
)  # fmt: skip
FILES = (("", r"LONGUL?T\.txt"), ("medium", r"MEDU\.txt"), ("short", r"SHORTU\.txt"))
"""Use of the names that a file holds; those of the first become the displays."""
CATEGORIES = {"F": "II", "T": "III", "U": "PLA", "M": "MAAA", "A": "I"}
_LINE = re.compile(r"(\d{4}[0-9FTUAM])[\t ]+(\S.*)")
_PREAMBLE = 200
"""Lines of notices before the first code."""


def read(parts: Parts, progress: Progress | None, options: Options) -> Loaded:
    if not options.licensed:
        raise Forbidden(
            "CPT belongs to the American Medical Association, and only a licensee may load it. If this practice holds a license, "
            "say so with --i-hold-a-license."
        )
    found = {use: part for use, name in FILES if (part := parts.find(name))}
    if not found and parts.only and not _another(parts.only):
        found = {"": parts.only}
    if not found:
        raise Wrong("it holds no LONGULT.txt.")
    pace, into = Pace(progress, list(found.values())), Gathering(parts.name)
    first = next(iter(found))
    seen: set[str] = set()
    for code, name in _codes(found[first], pace):
        seen.add(code)
        into.concept(code, name)
        into.property(code, "category", CATEGORIES.get(code[-1], "I"))
    for use, part in found.items():
        for code, name in _codes(part, pace) if use != first else ():
            if code not in seen:
                raise Invalid(
                    f"{part.base} and {found[first].base} are of different years: they do not hold the same codes."
                )
            into.designation(code, name, use=use)
    year = next(
        (match[1] for name in (parts.name, found[first].name) if (match := re.search(r"(?<!\d)(20\d\d)(?!\d)", name))),
        "",
    )
    loaded = into.loaded(SYSTEM.head(year, day(year or 0, 1, 1), parts.name, options))
    pace.done()
    return loaded


def _another(part: Part) -> bool:
    """Whether it is a file of another system, some of which begin their lines with numbers too."""
    sign = sign_of(part)
    return sign is not None and sign.kind != "cpt"


def _codes(part: Part, pace: Pace) -> Iterator[tuple[str, str]]:
    """Notices stand before the first code; from there on every line has one."""
    begun = False
    for number, line in enumerate(lines(part, pace, "cp1252"), 1):
        match = _LINE.fullmatch(line.strip())
        if match:
            begun = True
            yield match[1], match[2].strip('"')
        elif line.strip() and (begun or number > _PREAMBLE):
            raise Invalid(f"{part.base} has no code in line {number:,}: it is damaged, or not a file of CPT.")
    if not begun:
        raise Wrong("it holds no CPT codes.")
