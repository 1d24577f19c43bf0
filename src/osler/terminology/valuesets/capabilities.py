"""The TerminologyCapabilities of R4: which code systems there are, in which versions, and what can be asked of them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from osler.terminology.valuesets.filters import OPERATORS
from osler.terminology.valuesets.packed import packed
from osler.terminology.valuesets.rules import RULE_SYSTEMS, rule_system
from osler.terminology.valuesets.system import About
from osler.terminology.valuesets.terminology import Terminology

_FILTER_HELP = (
    "Every word has to begin a word of a name or a code, in any order; in the large code systems abbreviations and misspellings"
    " are understood. The best fits come first."
)
_EXPANSION = (
    "url", "valueSet", "valueSetVersion", "filter", "date", "offset", "count", "includeDesignations", "designation",
    "includeDefinition", "activeOnly", "excludeNested", "excludeNotForUI", "displayLanguage", "exclude-system", "system-version",
    "check-system-version", "force-system-version", "incomplete-ok",
)  # fmt: skip


def terminology_capabilities(terminology: Terminology, base_url: str, *, date: str) -> dict[str, Any]:
    return {
        "resourceType": "TerminologyCapabilities",
        "url": f"{base_url}/metadata?mode=terminology",
        "version": version("osler"),
        "name": "OslerTerminology",
        "title": "Osler terminology",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "Osler", "version": version("osler")},
        "implementation": {"description": "Osler health record", "url": base_url},
        "codeSystem": [_code_system(url, versions) for url, versions in sorted(_versions(terminology).items())],
        "expansion": {
            "hierarchical": True,
            "paging": True,
            "incomplete": True,
            "parameter": [{"name": name} for name in _EXPANSION],
            "textFilter": _FILTER_HELP,
        },
        "codeSearch": "all",
        "validateCode": {"translations": True},
        "translation": {"needsMap": True},
        "closure": {"translation": False},
    }


def _versions(terminology: Terminology) -> dict[str, list[dict[str, Any]]]:
    """Of each code system its versions, the one that counts by default first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for place in packed().places("CodeSystem"):
        found.setdefault(place.url, []).insert(0, {"code": place.version} if place.version else {})
    for url in RULE_SYSTEMS:
        ruled = rule_system(url)
        found[url] = [{"code": ruled.about.version} if ruled and ruled.about.version else {}]
    for url, releases in terminology.sources.released().items():
        found[url] = [_release(each) for each in releases]
    for versions in found.values():
        versions[0] = {**versions[0], "isDefault": True}
    return found


def _release(about: About) -> dict[str, Any]:
    filters = [{"code": name, "op": ["=", "in", "not-in", "regex", "exists"]} for name in sorted(about.properties)]
    concept = [{"code": "concept", "op": list(OPERATORS)}] if about.hierarchical else []
    made: dict[str, Any] = {"code": about.version, "isDefault": False, "compositional": False}
    return made | {"filter": [*concept, *filters]} if concept or filters else made


def _code_system(url: str, versions: list[dict[str, Any]]) -> dict[str, Any]:
    return (
        {"uri": url, "version": [each for each in versions if each.get("code")]}
        if versions[0].get("code")
        else {"uri": url}
    )
