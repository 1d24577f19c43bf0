"""The index values of a resource in one store: R4's, and those of the site's own parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.fhir.search.extract import index_values
from osler.fhir.search.values import IndexValues
from osler.store.derived import unread_params

if TYPE_CHECKING:
    from osler.store.store import Store


def values_of(store: Store, resource: dict[str, Any], text: bytes = b"", *, whole: bool = False) -> IndexValues:
    """`text` is the resource as it is stored, if it is at hand. `whole`: also what is never stored."""
    type_ = resource["resourceType"]
    skip = frozenset[str]() if whole else unread_params(type_)
    values = index_values(resource, zone=store.zone, base_url=store.base_url, text=text, skip=skip)
    if type_ in store.custom.params.by_type:
        store.custom.params.add(resource, values, zone=store.zone, base_url=store.base_url)
    return values
