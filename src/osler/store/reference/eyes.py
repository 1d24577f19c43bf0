"""What one reader may see, decided for one resource at a time by reading its JSON: the oracle of `store.visible`."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from osler.fhir.definitions import definitions
from osler.store.reference.links import local_key
from osler.store.reference.matching import Reader, Resource
from osler.store.reference.nodes import each
from osler.store.visibility import Interaction, Rule, Visibility

_SITE = "urn:osler:site"
_OWNED_BY = {
    "Patient": "managingOrganization",
    "Encounter": "serviceProvider",
    "DocumentReference": "custodian",
    "Location": "managingOrganization",
    "HealthcareService": "providedBy",
    "PractitionerRole": "organization",
    "Account": "owner",
}
_LINGER = timedelta(days=30)
_UNUSED = {"CareTeam": ("inactive", "suspended", "entered-in-error"), "Encounter": ("cancelled", "entered-in-error")}


@dataclass(slots=True)
class Eyes:
    """One reader: the rules, and who is in whose care as (practitioner, patient)."""

    reader: Reader
    visibility: Visibility
    panel: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    homes: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """The sites of each patient as it is now."""
    known: dict[tuple[str, str, str], set[str]] = field(default_factory=dict[tuple[str, str, str], set[str]])

    def opening(self, resource: Resource, interaction: Interaction, used: frozenset[str] = frozenset()) -> list[Rule]:
        """The rules that open the resource to a search that reads the parameters `used` (`Type.code`)."""
        if labels(resource) & self.visibility.withheld:
            return []
        return [rule for rule in self.visibility.rules if self._opens(rule, resource, interaction, used)]

    def sees(self, resource: Resource, interaction: Interaction, used: frozenset[str] = frozenset()) -> bool:
        return bool(self.opening(resource, interaction, used))

    def _opens(self, rule: Rule, resource: Resource, interaction: Interaction, used: frozenset[str]) -> bool:
        patients = self.patients(resource)
        if interaction not in rule.interactions or any(reads(use, path) for use in used for path in rule.hidden):
            return False
        if rule.types is not None and resource["resourceType"] not in rule.types:
            return False
        if rule.sites is not None and not self._at_sites(resource, rule.sites, patients):
            return False
        if rule.panel is not None and patients and not any((rule.panel, p) in self.panel for p in patients):
            return False
        if rule.patients is not None and patients and not patients & rule.patients:
            return False
        return all(any(self._has_token(resource, key) for key in keys) for keys in rule.tokens)

    def _at_sites(self, resource: Resource, sites: frozenset[str], patients: set[str]) -> bool:
        owned = owners(resource)
        if owned:
            return bool(owned & sites)
        return not patients or any(self.homes.get(patient, set()) & sites for patient in patients)

    def _has_token(self, resource: Resource, key: str) -> bool:
        code, _, written = key.partition("=")
        known = code in definitions().search_params(resource["resourceType"])
        return known and self.reader.matches(resource, code, "", written)

    def patients(self, resource: Resource) -> set[str]:
        """Ids of the patients whose compartment the resource is in. Remembered for kept versions, which never change."""
        version = resource.get("meta", {}).get("versionId")
        name = (resource["resourceType"], resource.get("id", ""), version)
        if version is None:
            return self._patients(resource)
        if name not in self.known:
            self.known[name] = self._patients(resource)
        return self.known[name]

    def _patients(self, resource: Resource) -> set[str]:
        kind = resource["resourceType"]
        if kind not in definitions().compartment("Patient"):
            keys = [local_key(text, "") for text in _written_references(resource)]
            return {key[1] for key in keys if key and key[0] == "Patient"}
        found = {resource["id"]} if kind == "Patient" else set[str]()
        for code in definitions().compartment("Patient").get(kind, ()):
            keys = self.reader.targets(resource, code) if code != "{def}" else []
            found |= {key[1] for key in keys if key[0] == "Patient"}
        return found

    def shown(self, resource: Resource, interaction: Interaction, used: frozenset[str] = frozenset()) -> Resource:
        """A copy without what every opening rule hides."""
        hidden = self.hidden(resource, interaction, used)
        if not hidden:
            return resource
        bare: Resource = copy.deepcopy(resource)
        for path in hidden:
            _take_out(bare, path)
        return bare

    def hidden(self, resource: Resource, interaction: Interaction, used: frozenset[str] = frozenset()) -> set[str]:
        rules = self.opening(resource, interaction, used)
        paths = rules[0].hidden if rules else frozenset[str]()
        kind = resource["resourceType"]
        return {p for p in paths if p.startswith(f"{kind}.") and all(p in rule.hidden for rule in rules)}


def _written_references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for part in cast("list[Any]", node) for text in _written_references(part)]
    if not isinstance(node, dict):
        return []
    named = cast("dict[str, Any]", node)
    own: list[str] = [named["reference"]] if isinstance(named.get("reference"), str) else []
    return own + [text for part in named.values() for text in _written_references(part)]


def labels(resource: Resource) -> set[str]:
    codings = resource.get("meta", {}).get("security", [])
    return {f"{coding.get('system', '')}|{coding.get('code', '')}" for coding in codings}


def owners(resource: Resource) -> set[str]:
    """Ids of the organizations it belongs to: its site tags and its own reference to the one that owns it."""
    found = {
        tag["code"] for tag in resource.get("meta", {}).get("tag", []) if tag.get("system") == _SITE and "code" in tag
    }
    reference = resource.get(_OWNED_BY.get(resource["resourceType"], ""), {}).get("reference", "")
    key = local_key(reference, "")
    return found | ({key[1]} if key and key[0] == "Organization" else set())


def homes_of(resources: list[Resource]) -> dict[str, set[str]]:
    """Patient to its sites: what names no site of its own is where its patient is."""
    return {each["id"]: owners(each) for each in resources if each["resourceType"] == "Patient"}


def panel_of(resources: list[Resource], reader: Reader, now: datetime) -> set[tuple[str, str]]:
    """(practitioner, patient) for every care team, and every encounter until thirty days after its end."""
    found: set[tuple[str, str]] = set()
    for resource in resources:
        kind = resource["resourceType"]
        if kind not in _UNUSED or resource.get("status") in _UNUSED[kind] or _over(resource, reader, now):
            continue
        name = "member" if kind == "CareTeam" else "individual"
        people = [local_key(p.get(name, {}).get("reference", ""), "") for p in resource.get("participant", [])]
        patient = local_key(resource.get("subject", {}).get("reference", ""), "")
        if patient and patient[0] == "Patient":
            found |= {(person[1], patient[1]) for person in people if person and person[0] == "Practitioner"}
    return found


def _over(resource: Resource, reader: Reader, now: datetime) -> bool:
    if resource["resourceType"] != "Encounter" or "end" not in resource.get("period", {}):
        return False
    (span,) = [span for node in reader.values(resource, "date") for span in reader.spans(node)]
    return span.hi + _LINGER <= now


def reads(use: str, path: str) -> bool:
    """Whether the search parameter `Type.code` looks at the element path: at it, above it or below it."""
    kind, _, code = use.partition(".")
    if code == "*":
        return path.startswith(f"{kind}.")
    param = definitions().search_params(kind).get(code)
    if param is None or not path.startswith(f"{kind}."):
        return False
    roots = re.findall(rf"\b{kind}(?:\.([a-z]\w*))?", param.expression)
    return any(not root or root == path.split(".")[1] for root in roots)


def _take_out(node: Any, path: str) -> None:
    """Removes an element, its forms if it is a choice, and its extensions; the path begins with the type."""
    _, *names = path.split(".")
    holders = [node]
    for name in names[:-1]:
        holders = [inner for holder in holders for inner in each(holder.get(name)) if isinstance(inner, dict)]
    last = names[-1]
    for holder in holders:
        for key in list(holder):
            bare = key.lstrip("_")
            if bare == last or re.fullmatch(rf"{last}[A-Z]\w*", bare):
                del holder[key]
