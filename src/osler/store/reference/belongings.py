"""Whose a resource is, read from its JSON and that of what it points at or holds: patients, sites, labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from osler.fhir.definitions import definitions
from osler.store.reference.links import Key, local_key
from osler.store.reference.matching import Reader, Resource

HOLDERS = ("Bundle", "Parameters")
SOMEBODY = "somebody else"
"""A patient of whom nobody here has ever heard."""
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
_WHOLLY = {"Provenance": "target", "Binary": "securityContext"}
"""The element whose target decides everything."""
_SUBJECTS = {"subject", "patient", "beneficiary", "candidate", "individual", "for"}
_OF_NOBODY = ("Group", "Person", "Schedule")
"""May name patients; those that name none are about none."""


@dataclass(frozen=True, slots=True)
class Belonging:
    patients: frozenset[str]
    sites: frozenset[str]
    labels: frozenset[str]


@dataclass(slots=True)
class Belongings:
    """All that was ever kept: by key the versions, None for a deletion."""

    reader: Reader
    versions: dict[Key, list[Resource | None]] = field(default_factory=dict[Key, list[Resource | None]])
    _known: dict[tuple[str, str, str, str], Belonging] = field(
        default_factory=dict[tuple[str, str, str, str], Belonging]
    )

    def of(self, resource: Resource, at: str = "") -> Belonging:
        """As it was at a time, or when this version was replaced; as it is for one that stands."""
        at = self._until(resource) or at
        number = resource.get("meta", {}).get("versionId")
        if number is None:
            return self._of(resource, at)
        name = (resource["resourceType"], resource["id"], number, at)
        if name not in self._known:
            self._known[name] = self._of(resource, at)
        return self._known[name]

    def _until(self, resource: Resource) -> str:
        """When the next version came, empty when there is none."""
        versions = self.versions.get((resource["resourceType"], resource.get("id", "")), [])
        number = int(resource.get("meta", {}).get("versionId", 0))
        following = versions[number] if 0 < number < len(versions) else None
        return following["meta"]["lastUpdated"] if following else ""

    def _of(self, resource: Resource, at: str) -> Belonging:
        kind, own = resource["resourceType"], Belonging(self._patients(resource), owners(resource), labels(resource))
        if kind in HOLDERS:
            return self._with_held(resource, own, at)
        if kind in _WHOLLY:
            links = resource.get(_WHOLLY[kind], [])
            targets = [self._of_target(key, at) for key in links_in(links if isinstance(links, list) else [links])]
            if kind == "Binary" and not targets:
                return Belonging(frozenset((SOMEBODY,)), own.sites, own.labels)
            patients, sites = _union(each.patients for each in targets), _union(each.sites for each in targets)
            settled = sites if patients or sites else own.sites
            return Belonging(patients, settled, own.labels | _union(each.labels for each in targets))
        if own.patients or kind in _OF_NOBODY:
            return own
        targets = [self._of_target(key, at) for key in links_in(resource) if key != (kind, resource.get("id"))]
        return Belonging(_union(each.patients for each in targets), own.sites, own.labels)

    def _of_target(self, key: Key, at: str) -> Belonging:
        held = [each for each in self.versions.get(key, []) if each is not None]
        held = [each for each in held if not at or each["meta"]["lastUpdated"] <= at] or held[:1]
        return self.of(held[-1], at) if held else Belonging(frozenset(), frozenset(), frozenset())

    def _with_held(self, holder: Resource, own: Belonging, at: str) -> Belonging:
        parts = [own]
        for held, address in held_in(holder):
            each = Belonging(self._patients(held), owners(held), labels(held))
            told = held["resourceType"] == "Patient" or held["resourceType"] in definitions().compartment("Patient")
            if (told and not each.patients) or (told and address.startswith("http")):
                each = Belonging(frozenset((SOMEBODY,)), each.sites, each.labels)
            parts.append(self.of(held, at) if held["resourceType"] in HOLDERS else each)
        return Belonging(
            _union(each.patients for each in parts), _union(each.sites for each in parts), _union(each.labels for each in parts)
        )  # fmt: skip

    def _patients(self, resource: Resource) -> frozenset[str]:
        """Those it names itself; of a type without compartment all that it points at."""
        kind = resource["resourceType"]
        if kind in HOLDERS:
            bare = {name: value for name, value in resource.items() if name not in ("entry", "parameter")}
            return frozenset(key[1] for key in links_in(bare) if key[0] == "Patient")
        found = {resource["id"]} if kind == "Patient" and "id" in resource else set[str]()
        codes = definitions().compartment("Patient").get(kind)
        if codes is None and kind != "Patient":
            found = {key[1] for key in links_in(resource) if key[0] == "Patient"}
        for code in codes or ():
            keys = self.reader.targets(resource, code) if code != "{def}" else []
            found |= {key[1] for key in keys if key[0] == "Patient"}
        return frozenset(found or ({SOMEBODY} if _means_somebody(resource) else ()))


def _union(parts: Any) -> frozenset[str]:
    return frozenset[str]().union(*parts)


def _means_somebody(resource: Resource) -> bool:
    """Whether it says whom it is about in a way that leads nowhere here, and does not say that this is no patient."""
    for name, element in definitions().elements(resource["resourceType"]).items():
        if name not in _SUBJECTS or "Patient" not in element.targets or name not in resource:
            continue
        for subject in resource[name] if element.max != 1 else [resource[name]]:
            if not links_in(subject) and _kind_of(subject, resource.get("contained", [])) in ("", "Patient"):
                return True
    return False


def _kind_of(subject: dict[str, str], contained: list[Resource]) -> str:
    written = subject.get("reference", "")
    inside = [each["resourceType"] for each in contained if written == f"#{each.get('id')}"]
    address = [part for part in written.split("/")[-2:-1] if part in definitions().resource_types]
    return (inside + address + [subject.get("type", "")])[0]


def held_in(holder: Resource) -> Iterator[tuple[Resource, str]]:
    """What stands whole in it, and under which address."""
    for entry in holder.get("entry", []):
        if "resource" in entry:
            yield entry["resource"], entry.get("fullUrl", "")
    for part in holder.get("parameter", []):
        if "resource" in part:
            yield part["resource"], ""


def links_in(node: Any) -> list[Key]:
    """Where every literal reference leads, but for those of resources in a Bundle."""
    if isinstance(node, list):
        return [key for part in cast("list[Any]", node) for key in links_in(part)]
    if not isinstance(node, dict):
        return []
    named = cast("dict[str, Any]", node)
    written = named.get("reference")
    key = local_key(written, "") if isinstance(written, str) else None
    bundle = named.get("resourceType") == "Bundle"
    inner = [value for name, value in named.items() if not (bundle and name == "entry")]
    return ([key] if key else []) + links_in(inner)


def labels(resource: Resource) -> frozenset[str]:
    codings = resource.get("meta", {}).get("security", [])
    return frozenset(f"{coding.get('system', '')}|{coding.get('code', '')}" for coding in codings)


def owners(resource: Resource) -> frozenset[str]:
    """Ids of the organizations it belongs to: its site tags and its own reference to the one that owns it."""
    found = {
        tag["code"] for tag in resource.get("meta", {}).get("tag", []) if tag.get("system") == _SITE and "code" in tag
    }
    reference = resource.get(_OWNED_BY.get(resource["resourceType"], ""), {}).get("reference", "")
    key = local_key(reference, "")
    return frozenset(found | ({key[1]} if key and key[0] == "Organization" else set()))
