"""Code systems that are rules or short lists: UCUM, languages, media types, addresses, countries, currencies, states."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from osler.terminology.valuesets.rules import languages, lists, units, words
from osler.terminology.valuesets.system import System

_MAKERS: dict[str, Callable[[], System]] = {
    units.UCUM: units.unit_system,
    languages.BCP_47: languages.language_system,
    lists.COUNTRIES: lists.country_system,
    "urn:iso:std:iso:3166:-2": words.subdivision_system,
    "urn:iso:std:iso:4217": lists.currency_system,
    "urn:ietf:bcp:13": words.media_type_system,
    "urn:ietf:rfc:3986": words.address_system,
    "https://www.iana.org/time-zones": words.time_zone_system,
    "https://www.usps.com/": lists.state_system,
}

RULE_SYSTEMS = tuple(_MAKERS)
"""Their URLs."""


@cache
def rule_system(url: str) -> System | None:
    """The code system of this URL, when it is one of these."""
    maker = _MAKERS.get(url)
    return maker() if maker else None


__all__ = ["RULE_SYSTEMS", "rule_system"]
