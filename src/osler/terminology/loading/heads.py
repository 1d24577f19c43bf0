"""The heads of releases: what is the same for every release of a system, and dates told from names of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from osler.core.errors import Invalid
from osler.terminology.loading.loaded import Options
from osler.terminology.model import Head

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class System:
    """What does not change from release to release."""

    name: str
    url: str
    title: str
    source: str
    license: str
    notice: str = ""

    def head(self, version: str, effective_on: date | None, file: str, options: Options, caution: str = "") -> Head:
        """Raises Invalid when neither the file nor the person who loads it says from when it is in force."""
        on = options.effective_on or effective_on
        if on is None:
            raise Invalid(f"{file} does not say from when it is in force; say so with --effective YYYY-MM-DD.")
        return Head(
            name=self.name, system=self.url, version=version or on.isoformat(), effective_on=on, title=self.title,
            source=f"{self.source}, {file}", license=self.license, notice=self.notice, caution=caution,
        )  # fmt: skip


def day(year: str | int, month: str | int, day_: str | int) -> date | None:
    """The date, None for one that is in no calendar or far from our time."""
    try:
        found = date(int(year), int(month), int(day_))
    except ValueError:
        return None
    return found if 1960 <= found.year <= 2100 else None


def day_in(text: str, pattern: str) -> date | None:
    """The first date in the text; the pattern's groups `y`, `m` and `d` are its digits."""
    for match in re.finditer(pattern, text):
        if found := day(match["y"], match["m"], match["d"]):
            return found
    return None


def compact_day(text: str) -> date | None:
    """YYYYMMDD."""
    return day_in(text, r"(?<!\d)(?P<y>(19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)")


def american_day(text: str) -> date | None:
    """MMDDYYYY or M/D/YYYY."""
    return day_in(text, r"(?<!\d)(?P<m>\d\d)(?P<d>\d\d)(?P<y>(19|20)\d\d)(?!\d)") or day_in(
        text, r"(?<!\d)(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>(19|20)\d\d)(?!\d)"
    )
