"""Resources that others refer to, their profiles and their narrative."""

from __future__ import annotations

from typing import Any

from osler.fhir.path.environment import Environment, fail
from osler.fhir.path.functions.registry import gives_items, gives_truth
from osler.fhir.path.kinds import is_fhir_type, node_of
from osler.fhir.path.nodes import Items, Node, system
from osler.fhir.path.values import single_text

_R4 = "http://hl7.org/fhir/StructureDefinition/"


@gives_items("resolve")
def _resolve(items: Items, env: Environment) -> Items:
    """What references, uris and canonicals lead to; those that lead nowhere are left out."""
    env.spend(len(items))
    found = (_resolved(text, env) for item in items if (text := _address(item)))
    return [node_of(resource) for resource in found if resource is not None]


def _address(item: Any) -> str | None:
    if type(item) is str:
        return item
    value = item.value if type(item) is Node else None
    if type(value) is dict:
        value = value.get("reference")
    return value if type(value) is str else None


def _resolved(text: str, env: Environment) -> dict[str, Any] | None:
    root = env.root_node()
    if text.startswith("#"):
        return None if root is None else _contained(root.value, text[1:], env)
    if root is not None and root.kind.name == "Bundle":
        found = _in_bundle(root.value, text, env)
        if found is not None:
            return found
    return env.resolve(text) if env.resolve is not None else None


def _contained(root: dict[str, Any], local_id: str, env: Environment) -> dict[str, Any] | None:
    if not local_id:
        return root
    contained = root.get("contained")
    for each in contained if type(contained) is list else ():
        env.spend(1)
        if type(each) is dict and each.get("id") == local_id:
            return each
    return None


def _in_bundle(bundle: dict[str, Any], text: str, env: Environment) -> dict[str, Any] | None:
    """By full URL, or by `Type/id` at the end of one."""
    entries = bundle.get("entry")
    for entry in entries if type(entries) is list else ():
        env.spend(1)
        address = entry.get("fullUrl") if type(entry) is dict else None
        if type(address) is str and (address == text or address.endswith(f"/{text}")):
            resource = entry.get("resource")
            return resource if type(resource) is dict else None
    return None


@gives_truth("conformsTo", 1)
def _conforms_to(items: Items, env: Environment, profile: Items) -> bool | None:
    url = single_text(profile, "conformsTo()")
    if not items or url is None:
        return None
    if len(items) > 1:
        fail("conformsTo() takes a single item, and there are several")
    node = items[0]
    if type(node) is not Node or type(node.value) is not dict:
        return False
    name = url.removeprefix(_R4)
    if env.conforms is not None and (found := env.conforms(node.value, url)) is not None:
        return found
    if name == url or not is_fhir_type(name):
        fail("conformsTo() names a profile that is not loaded")
    return name in node.kind.bases


@gives_truth("htmlChecks")
def _html_checks(items: Items, env: Environment) -> bool:
    # The validator's rules, and it stands on this package.
    from osler.fhir.validate.narrative import is_safe

    texts = [system(item) for item in items]
    env.spend(sum(1 + len(text) // 10 for text in texts if type(text) is str))
    return all(type(text) is str and is_safe(text) for text in texts)
