"""Any element as the FHIR it is kept as: what its reader's rules open, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from starlette.responses import Response

from osler.access.audit.entry import Action as Asked
from osler.access.permissions import Permission, permission
from osler.access.records import Records, Resource
from osler.core.errors import NotFound
from osler.fhir.definitions import definitions
from osler.fhir.readers import target_of
from osler.fhir.search.parse import parse_query
from osler.interfaces.web.components import format
from osler.interfaces.web.components.values import Action
from osler.interfaces.web.desk import Desk
from osler.interfaces.web.page import FHIR_VIEW
from osler.interfaces.web.record.highlight import Piece, pieces, pretty
from osler.interfaces.web.show import chart_address

_COUNT = "20"


@permission(Permission.FHIR)
async def one(desk: Desk) -> Response:
    """One resource, with its version and who wrote it when."""
    type_, id_ = _type(desk), desk.request.path_params["id"]
    async with desk.reading(f"{type_} as FHIR") as records:
        stored = await records.read(type_, id_)
        patient = _about(records, [stored])
    saved = f"version {stored.version}, saved {stored.updated.astimezone(desk.zone):%d-%b-%Y %H:%M:%S}"
    shown = ((stored.reference, tuple(_pieces(stored))),)
    return _page(desk, stored.reference, shown, saved, patient, api=f"/fhir/{stored.reference}")


@permission(Permission.FHIR)
async def several(desk: Desk) -> Response:
    """The first matches of a search, in its own words."""
    type_ = _type(desk)
    params = [(name, value) for name, value in desk.request.query_params.multi_items() if not name.startswith("_count")]
    what = f"{type_}?{'&'.join(name for name, _ in params)} as FHIR"
    async with desk.reading(what, Asked.SEARCH) as records:
        store = records.store
        query = parse_query(
            type_, [*params, ("_count", _COUNT)], zone=store.zone, now=desk.now, base_url=store.base_url,
            custom=store.custom.params,
        )  # fmt: skip
        found = await records.search(query)
        patient = _about(records, found.matches)
    words = "&".join(f"{name}={value}" for name, value in params)
    more = ", the first of more" if found.next else ""
    saved = f"{format.plural(len(found.matches), 'resource')}{more}, read {desk.local:%H:%M:%S}"
    shown = tuple((each.reference, tuple(_pieces(each))) for each in found.matches)
    address = "&".join(f"{quote(name)}={quote(value, safe='/|:,')}" for name, value in params)
    return _page(desk, f"{type_}?{words}", shown, saved, patient, api=f"/fhir/{type_}?{address}")


def _page(
    desk: Desk, title: str, shown: tuple[tuple[str, tuple[Piece, ...]], ...], saved: str, patient: str, *, api: str
) -> Response:
    back = Action("Back to the chart", chart_address(patient), "undo-2", "plain") if patient else None
    frame = desk.frame(f"FHIR · {title.partition('?')[0]}", "/patients")
    return desk.page("record/show.html", frame, title=title, shown=shown, saved=saved, back=back, api=api)


def _type(desk: Desk) -> str:
    type_ = desk.request.path_params["type"]
    if type_ not in definitions().resource_types:
        raise NotFound("There is no such resource type.")
    return type_


def _pieces(stored: Resource) -> Iterable[Piece]:
    return pieces(pretty(stored.body), FHIR_VIEW)


def _about(records: Records, found: list[Resource]) -> str:
    """The one patient that all of it is about, said in the audit row too; empty when there is none or several."""
    whom = {_patient_of(each) for each in found}
    patient = whom.pop() if len(whom) == 1 else ""
    if patient:
        records.about_patient(patient)
    return patient


def _patient_of(stored: Resource) -> str:
    if stored.type == "Patient":
        return stored.id
    resource = stored.json()
    for name in ("subject", "patient", "beneficiary"):
        found = resource.get(name)
        if isinstance(found, dict) and target_of(found).startswith("Patient/"):
            return target_of(found).removeprefix("Patient/")
    return ""
