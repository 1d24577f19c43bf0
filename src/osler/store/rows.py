"""Resource → the row and side rows that hold it (ADR 1, worked examples in docs/explanation/storage.md). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from osler.fhir.datatypes.units import UCUM
from osler.fhir.search.clinical import clinical_param
from osler.fhir.search.extract.whom import elements_about
from osler.fhir.search.held import with_held
from osler.fhir.search.keys import literal
from osler.fhir.search.text import LONGEST
from osler.fhir.search.values import DateValue, IndexValues
from osler.store import terms
from osler.store.derived import implied, is_stored, sources, subject_param

if TYPE_CHECKING:
    from osler.store.store import Store

_ALL_CHANGED = 3
"""The version of the rules at which rows of every type changed."""
_CHANGED_LAST = {"Observation": 4, "Patient": 5, "Bundle": 6, "Parameters": 6}
"""Types of which rows have changed since. A new number when what `index_values` yields of a type changes: rows with a lower `sv`
are indexed anew (`store.reindex`)."""
_STRANGERS = 7
"""The version at which rows of no patient changed, of types that can be about one."""
SEARCH_VERSION = max(_ALL_CHANGED, _STRANGERS, *_CHANGED_LAST.values())

COMBINED = {
    "Observation": ("code", "component-code"),
    "Condition": ("code",),
    "Procedure": ("code",),
    "DiagnosticReport": ("code",),
    "MedicationRequest": ("code",),
    "Immunization": ("vaccine-code",),
}
"""The token parameters that are also indexed together with the patient, by type."""

_UCUM = f"{UCUM}|"

LONG = timedelta(days=1)
SITE_TAG = "urn:osler:site"
PANEL_DAYS = timedelta(days=30)
"""How long after an encounter ends its participants keep the patient in their panel."""
_FAR = 9999
"""The last year of the calendar: an encounter that ends in it has not ended."""

_OWNER = {
    "Patient": "managingOrganization",
    "Encounter": "serviceProvider",
    "DocumentReference": "custodian",
    "Location": "managingOrganization",
    "HealthcareService": "providedBy",
    "PractitionerRole": "organization",
    "Account": "owner",
}


def search_version(type_: str) -> int:
    """The version of the rules that rows of a type are indexed by now."""
    return max(version_of_known(type_), _STRANGERS if elements_about(type_) else 0)


def version_of_known(type_: str) -> int:
    """The version from which on rows of one patient are as they would be now."""
    return _CHANGED_LAST.get(type_, _ALL_CHANGED)


@dataclass(slots=True)
class Row:
    """Arguments of the SQL functions `create_resource` and `replace_resource`, in their order."""

    type: str
    id: str
    rid: int
    self: int
    version: int
    updated: datetime
    values: IndexValues
    main: tuple[Any, ...]
    strings: list[tuple[int, str, int]]
    numbers: list[tuple[int, int, int, int, int, Decimal | None, Decimal | None]]
    dates: list[tuple[int, int, datetime | None, datetime | None]]
    refs: list[tuple[int, int]]
    panel: list[int]
    panel_until: datetime | None
    targets: list[int]
    """Distinct resources that must be there; not itself."""
    body: bytes
    """The JSON text, not packed."""
    phrases: list[tuple[int, int, str]]
    """(hash, parameter id, text) of the tokens that can be looked up by their beginning."""
    copied: tuple[bytes, ...] = ()
    """All of it as COPY takes it, when another process made it; then main and the lists are empty."""

    def arguments(self) -> list[Any]:
        """Everything but the last argument, `seen`."""
        columns: list[Any] = list(self.main)
        for rows, width in ((self.strings, 3), (self.numbers, 7), (self.dates, 4), (self.refs, 2)):
            columns.extend(list(column) for column in zip(*rows, strict=True)) if rows else columns.extend(
                [] for _ in range(width)
            )
        return [*columns, self.panel, self.panel_until, self.targets]


def missing_names(
    known: terms.Terms, resource: dict[str, Any], values: IndexValues, base_url: str = ""
) -> list[tuple[bytes, set[str]]]:
    """The names that must be interned before `make_row`, by kind; hardly ever any."""
    type_ = resource["resourceType"]
    ids = known.params.get(type_, {})
    params = {v.param for group in (values.strings, values.numbers, values.dates) for v in group}
    for read in {v.param for v in values.references}:
        params.update(sources(type_, read) if read else ())
    units = {v.code for v in values.numbers if v.system_code.startswith(_UCUM)}
    needed = (
        (terms.UNIT, known.new_units(units) if units else units),
        (terms.PARAM, {f"{type_}.{code}" for code in params.difference(ids)}),
        (terms.ORG, known.missing(terms.ORG, owners(resource, base_url))),
        (terms.LABEL, known.missing(terms.LABEL, labels(resource))),
    )
    return [each for each in needed if each[1]]


def labels(resource: dict[str, Any]) -> set[str]:
    """Security labels as `system|code`, those of the resources it holds among them."""
    return {
        f"{c.get('system', '')}|{c.get('code', '')}"
        for each in with_held(resource)
        for c in each.get("meta", {}).get("security", ())
    }


def owners(resource: dict[str, Any], base_url: str = "") -> set[str]:
    """Ids of the organizations or sites that own the resource, or one that it holds; empty when it belongs to none."""
    return {owner for each in with_held(resource) for owner in _owners(each, base_url)}


def _owners(resource: dict[str, Any], base_url: str) -> set[str]:
    found = {
        c["code"] for c in resource.get("meta", {}).get("tag", ()) if c.get("system") == SITE_TAG and c.get("code")
    }
    field = _OWNER.get(resource["resourceType"])
    return found | _ids([resource.get(field, {})] if field else [], "Organization", base_url)


def carers(resource: dict[str, Any], base_url: str = "") -> set[str]:
    """Ids of the practitioners who get the subject into their panel by this CareTeam or Encounter."""
    kind, status = resource["resourceType"], resource.get("status")
    if kind == "CareTeam" and status not in ("inactive", "suspended", "entered-in-error"):
        people = [p.get("member", {}) for p in resource.get("participant", ())]
    elif kind == "Encounter" and status not in ("cancelled", "entered-in-error"):
        people = [p.get("individual", {}) for p in resource.get("participant", ())]
    else:
        return set()
    return _ids(people, "Practitioner", base_url)


def _ids(references: list[dict[str, Any]], type_: str, base_url: str) -> set[str]:
    """Ids of those of the references that are to local resources of a type."""
    read = (literal(reference.get("reference", ""), base_url) for reference in references)
    return {each.id for each in read if each.type == type_ and each.id}


def make_row(
    store: Store,
    resource: dict[str, Any],
    body: bytes,
    values: IndexValues,
    *,
    rid: int,
    version: int,
    updated: datetime,
) -> Row:
    """The row of a resource whose `id` and `meta` are already set, packed and hashed. Every name must be interned."""
    type_, id_ = resource["resourceType"], resource["id"]
    hashed, find = store.hasher, store.terms.find
    self_ = hashed.self_of(type_, id_)
    patients = [hashed.self_of("Patient", p) for p in values.patients]
    patient = _patient(store, type_, values)
    clinical = values.clinical

    in_columns = clinical_param(type_)
    params = store.terms.params.get(type_, {})
    refs, targets = _refs(store, type_, values, patient)
    targets.discard(self_)

    def comp(key: str) -> int:
        return hashed.text(key) if key else 0

    main = (
        rid,
        self_,
        patient,
        updated,
        (clinical.lo if clinical else None) or NEVER,
        (clinical.hi if clinical else None) or ALWAYS,
        version,
        store.type_id(type_),
        search_version(type_),
        _is_long(clinical),
        id_,
        patients if patients not in ([], [patient]) else None,
        sorted(find(terms.ORG, o) or 0 for o in owners(resource, store.base_url)) or None,
        sorted(find(terms.LABEL, o) or 0 for o in labels(resource)) or None,
        tokens_of(store, type_, values, patient),
        store.bodies.pack(type_, body),
    )
    return Row(
        type=type_, id=id_, rid=rid, self=self_, version=version, updated=updated, values=values, main=main, body=body,
        strings=[(params[s.param], s.text, comp(s.comp)) for s in values.strings if is_stored(type_, s.param)],
        numbers=[
            (params[n.param], comp(n.comp), comp(n.system_code), comp(n.code), comp(n.unit), n.lo, n.hi)
            for n in values.numbers
            if is_stored(type_, n.param)
        ],
        dates=[
            (params[d.param], comp(d.comp), d.lo or NEVER, d.hi or ALWAYS)
            for d in values.dates
            if is_stored(type_, d.param) and (d.comp or d.param != in_columns)
        ],
        refs=refs, targets=sorted(targets),
        panel=sorted(hashed.self_of("Practitioner", p) for p in carers(resource, store.base_url)),
        panel_until=_panel_until(resource, values), phrases=_phrases(store, type_, values, params),
    )  # fmt: skip


def tokens_of(store: Store, type_: str, values: IndexValues, patient: int | None) -> list[int]:
    """Sorted hashes of the index tokens, the combined ones among them."""
    hashes = store.token_hashes(type_)
    found = set(map(hashes.__getitem__, values.tokens))
    needless = implied(type_)
    found.difference_update([hashes[needless[key]] for key in values.tokens.intersection(needless)])
    found.discard(None)
    if type_ in COMBINED and patient is not None:
        combined, starts = store.hasher.combined, _combined_starts(type_)
        found.update([combined(type_, patient, key) for key in values.tokens if key.startswith(starts)])
    return sorted(cast("set[int]", found))


@lru_cache(maxsize=64)
def _combined_starts(type_: str) -> tuple[str, ...]:
    """How the token keys begin that are also indexed together with the patient."""
    return tuple(f"{code}=" for code in COMBINED.get(type_, ()))


def _phrases(store: Store, type_: str, values: IndexValues, params: dict[str, int]) -> list[tuple[int, int, str]]:
    """What is not yet known to be in the vocabulary. The text of a key stands behind its first `=`."""
    hashes, known = store.token_hashes(type_), store.phrases
    found: list[tuple[int, int, str]] = []
    for key in values.phrases:
        hash_ = hashes[key]
        if hash_ is not None and hash_ not in known:
            name, _, text = key.partition("=")
            found.append((hash_, params[name.partition(":")[0]], text[:LONGEST]))
    return found


def _patient(store: Store, type_: str, values: IndexValues) -> int | None:
    """`pat`: the patient who is the subject, or the Patient itself; never one who only performs or takes part."""
    if type_ == "Patient":
        return store.hasher.self_of("Patient", values.patients[0])
    subject = subject_param(type_)
    named = (r.id for r in values.references if r.param == subject and r.type == "Patient")
    found = next(named, None) if subject else None
    return None if found is None else store.hasher.self_of("Patient", found)


def _refs(store: Store, type_: str, values: IndexValues, patient: int | None) -> tuple[list[tuple[int, int]], set[int]]:
    """(target, parameter id), each once, and all targets. A target that only unstored parameters read is kept under the ones
    that stand for them, and the subject in `pat` not at all."""
    self_of, params, subject = store.hasher.self_of, store.terms.params.get(type_, {}), subject_param(type_)
    found: set[tuple[int, int]] = set()
    targets: set[int] = set()
    for reference in values.references:
        target = self_of(reference.type, reference.id)
        targets.add(target)
        if not reference.param:
            found.add((target, 0))
            continue
        for code in sources(type_, reference.param):
            if target != patient or code != subject:
                found.add((target, params[code]))
    return sorted(found), targets


def _is_long(clinical: DateValue | None) -> bool:
    """Whether the clinical date spans more than a day, or is open on one side."""
    if clinical is None:
        return False
    return clinical.lo is None or clinical.hi is None or clinical.hi - clinical.lo > LONG


def _panel_until(resource: dict[str, Any], values: IndexValues) -> datetime | None:
    if resource["resourceType"] != "Encounter" or not resource.get("period", {}).get("end"):
        return ALWAYS
    end = values.clinical.hi if values.clinical else None
    return end + PANEL_DAYS if end and end.year < _FAR else ALWAYS


NEVER = datetime.min  # noqa: DTZ901  asyncpg sends these two as -infinity and infinity
ALWAYS = datetime.max  # noqa: DTZ901
