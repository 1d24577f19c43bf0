"""What one reader may see, decided for one resource at a time by reading its JSON: the oracle of `store.visible`."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from osler.fhir.definitions import definitions
from osler.store.reference.belongings import HOLDERS, Belonging, Belongings, owners
from osler.store.reference.links import local_key
from osler.store.reference.matching import Reader, Resource
from osler.store.reference.nodes import each
from osler.store.visibility import Interaction, Rule, Visibility

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
    belongings: Belongings | None = None
    """Of what else is there, for resources that are whose they point at; None when there is nothing else."""

    def opening(self, resource: Resource, interaction: Interaction, used: frozenset[str] = frozenset()) -> list[Rule]:
        """The rules that open the resource to a search that reads the parameters `used` (`Type.code`)."""
        if self.belonging(resource).labels & self.visibility.withheld:
            return []
        return [rule for rule in self.visibility.rules if self._opens(rule, resource, interaction, used)]

    def sees(self, resource: Resource, interaction: Interaction, used: frozenset[str] = frozenset()) -> bool:
        return bool(self.opening(resource, interaction, used))

    def _opens(self, rule: Rule, resource: Resource, interaction: Interaction, used: frozenset[str]) -> bool:
        if interaction not in rule.interactions or any(reads(use, path) for use in used for path in rule.hidden):
            return False
        if rule.types is not None and resource["resourceType"] not in rule.types:
            return False
        opened = self._all_open if resource["resourceType"] in HOLDERS else self._some_open
        if not opened(rule, self.belonging(resource)):
            return False
        return all(any(self._has_token(resource, key) for key in keys) for keys in rule.tokens)

    def _some_open(self, rule: Rule, own: Belonging) -> bool:
        """One of its patients is enough, and one of its sites: its own, or where a patient of it is."""
        patients = own.patients
        if rule.panel is not None and patients and not any((rule.panel, p) in self.panel for p in patients):
            return False
        if rule.patients is not None and patients and not patients & rule.patients:
            return False
        if rule.sites is None:
            return True
        if own.sites:
            return bool(own.sites & rule.sites)
        return not patients or any(self.homes.get(patient, set()) & rule.sites for patient in patients)

    def _all_open(self, rule: Rule, own: Belonging) -> bool:
        """What is read whole needs all of its patients and all of its sites."""
        if rule.panel is not None and not all((rule.panel, p) in self.panel for p in own.patients):
            return False
        if rule.patients is not None and not own.patients <= rule.patients:
            return False
        if rule.sites is None:
            return True
        return own.sites <= rule.sites and all(self.homes.get(p, set()) & rule.sites for p in own.patients)

    def belonging(self, resource: Resource) -> Belonging:
        self.belongings = self.belongings or Belongings(self.reader)
        return self.belongings.of(resource)

    def _has_token(self, resource: Resource, key: str) -> bool:
        code, _, written = key.partition("=")
        known = code in definitions().search_params(resource["resourceType"])
        return known and self.reader.matches(resource, code, "", written)

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


def homes_of(resources: list[Resource]) -> dict[str, set[str]]:
    """Patient to its sites: what names no site of its own is where its patient is."""
    return {each["id"]: set(owners(each)) for each in resources if each["resourceType"] == "Patient"}


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
    read = [
        f"{kind}{rest}" for rest in re.findall(rf"\b(?:{kind}|Resource)((?:\.[a-z]\w*\b(?!\())*)", param.expression)
    ]
    return any(path == each or path.startswith(f"{each}.") or each.startswith(f"{path}.") for each in read)


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
