"""Which version of a code system or value set is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from osler.core.errors import Invalid
from osler.terminology.valuesets.concepts import Json

_PIECES = re.compile(r"\d+|[A-Za-z]+")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Versions:
    """What a request says about versions (R4 valueset-operation-expand.html): `system-version`, `force-system-version`,
    `check-system-version`, and the date as of which to look."""

    default: Mapping[str, str] = field(default_factory=dict)
    force: Mapping[str, str] = field(default_factory=dict)
    check: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None

    def of(self, url: str, stated: str) -> str:
        """The version to use where a value set states this one or none."""
        return self.force.get(url) or stated or self.check.get(url) or self.default.get(url, "")

    def verify(self, url: str, version: str) -> None:
        """Raises Invalid when `check-system-version` wants another."""
        wanted = self.check.get(url)
        if wanted and wanted != version:
            raise Invalid(
                f"check-system-version wants {url} in version {wanted}; {version or 'one without a version'} is used.",
                path="check-system-version",
            )


ANY = Versions()


def split_canonical(text: str) -> tuple[str, str]:
    """`url|version`; the version is empty when there is none."""
    url, _, version = text.partition("|")
    return url, version


def order_of(version: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts versions the way people number them: 1.10 after 1.9."""
    return tuple((1, int(each), "") if each.isdecimal() else (0, 0, each) for each in _PIECES.findall(version)[:12])


def choose(resources: Sequence[Json], version: str, on: date | None) -> Json | None:
    """The one of this version; without one the newest that was there on that day. Ended ones only when nothing else is."""
    if version:
        return next((each for each in resources if each.get("version", "") == version), None)
    there = [each for each in resources if on is None or each.get("date", "")[:10] <= on.isoformat()]
    return max(there or resources, key=_newness, default=None)


def _newness(resource: Json) -> tuple[bool, object, str]:
    return resource.get("status") != "retired", order_of(resource.get("version", "")), resource.get("date", "")
