"""Small implementation guides for tests: differentials in a few lines."""

from __future__ import annotations

from typing import Any

from osler.fhir.definitions.profiles import builtin_profiles
from osler.fhir.validate import CodeCheck, Issue, Validator

BASE = "http://hl7.org/fhir/StructureDefinition/"
OURS = "http://example.org/StructureDefinition/"


def element(id: str, **demands: Any) -> dict[str, Any]:
    path = ".".join(step.partition(":")[0] for step in id.split("."))
    _, _, slice_name = id.rpartition(".")[2].partition(":")
    return {"id": id, "path": path, **({"sliceName": slice_name} if slice_name else {}), **demands}


def slicing(*discriminators: tuple[str, str], rules: str = "open", ordered: bool = False) -> dict[str, Any]:
    told = [{"type": kind, "path": path} for kind, path in discriminators]
    return {"discriminator": told, "rules": rules, "ordered": ordered}


def profile(name: str, type: str, *elements: dict[str, Any], parent: str = "", **others: Any) -> dict[str, Any]:
    return {
        "resourceType": "StructureDefinition", "url": f"{OURS}{name}", "version": "1.0.0", "name": name, "status": "draft",
        "kind": "complex-type" if type == "Extension" else "resource", "abstract": False, "type": type,
        "derivation": "constraint", "baseDefinition": f"{OURS}{parent}" if parent else f"{BASE}{type}",
        "differential": {"element": list(elements)}, **others,
    }  # fmt: skip


def extension(name: str, *elements: dict[str, Any], on: str = "Element", **others: Any) -> dict[str, Any]:
    url = element("Extension.url", fixedUri=f"{OURS}{name}")
    context = [{"type": "element", "expression": on}]
    return profile(name, "Extension", *elements, url, context=context, **others)


def validator_of(*definitions: dict[str, Any], codes: CodeCheck | None = None) -> Validator:
    return Validator(builtin_profiles().with_package(definitions, "org.example.guide", "1.0.0"), codes)


def errors(validator: Validator, resource: Any, *profiles: str, **others: Any) -> list[tuple[str, str]]:
    """Path and issue type of what is refused."""
    found: list[Issue] = validator.issues(resource, [f"{OURS}{each}" for each in profiles], **others)
    return [(issue.path, issue.code) for issue in found if issue.severity == "error"]
