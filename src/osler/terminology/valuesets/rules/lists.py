"""Short lists of codes that are facts of public standards: countries, currencies, languages, states."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from osler.terminology.valuesets.concepts import Json
from osler.terminology.valuesets.table import TableSystem

COUNTRIES = "urn:iso:std:iso:3166"


@cache
def read_list(name: str) -> dict[str, tuple[str, ...]]:
    """Rows of a table beside this file by their first column."""
    lines = files(__package__ or "").joinpath(name).read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: tuple(row[1:]) for row in rows}


def country_system() -> TableSystem:
    """ISO 3166-1: every country by its two letters, its three letters and its number, as FHIR uses the system."""
    rows = read_list("countries.tsv")
    codes = [(code, name) for two, (three, number, name) in rows.items() for code in (two, three, number)]
    return _listed(COUNTRIES, "ISO 3166-1 countries", codes, publisher="ISO")


def currency_system() -> TableSystem:
    rows = read_list("currencies.tsv")
    codes = [(code, name) for code, (name,) in rows.items()]
    return _listed("urn:iso:std:iso:4217", "ISO 4217 currencies", codes, publisher="ISO")


def state_system() -> TableSystem:
    """What the United States Postal Service writes for states and territories."""
    rows = read_list("states.tsv")
    codes = [(code, name) for code, (name,) in rows.items()]
    return _listed("https://www.usps.com/", "USPS states and territories", codes, publisher="USPS")


def _listed(url: str, title: str, codes: list[tuple[str, str]], **more: str) -> TableSystem:
    concepts = [{"code": code, "display": name} for code, name in codes]
    resource: Json = {"url": url, "title": title, "content": "complete", "concept": concepts, **more}
    return TableSystem(resource)
