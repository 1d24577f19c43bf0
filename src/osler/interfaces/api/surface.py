"""Everything the FHIR API answers, one line an interaction."""

from __future__ import annotations

from osler.access.audit.entry import Action
from osler.interfaces.api.bundle import batch_or_transaction
from osler.interfaces.api.capabilities import metadata
from osler.interfaces.api.create import create
from osler.interfaces.api.delete import conditional_delete, delete
from osler.interfaces.api.history import instance_history, system_history, type_history
from osler.interfaces.api.operations import record_routes, terminology_routes
from osler.interfaces.api.operations.patient_everything import patient_everything
from osler.interfaces.api.patch import conditional_patch, patch
from osler.interfaces.api.read import read, vread
from osler.interfaces.api.routes import Route, Routes
from osler.interfaces.api.search import search, search_by_post, search_compartment
from osler.interfaces.api.search_everywhere import search_everywhere
from osler.interfaces.api.update import conditional_update, update


def routes() -> Routes:
    """The one table; tests and the CapabilityStatement are made from it too."""
    return Routes(
        [
            Route("metadata", "GET", "metadata", metadata),
            Route("search-system", "GET", "", search_everywhere, Action.SEARCH),
            Route("search-system", "POST", "_search", search_everywhere, Action.SEARCH),
            Route("bundle", "POST", "", batch_or_transaction, Action.TRANSACTION),
            Route("history-system", "GET", "_history", system_history, Action.HISTORY),
            Route("search-type", "GET", "{type}", search, Action.SEARCH),
            Route("create", "POST", "{type}", create, Action.CREATE),
            Route("conditional-update", "PUT", "{type}", conditional_update, Action.UPDATE),
            Route("conditional-patch", "PATCH", "{type}", conditional_patch, Action.UPDATE),
            Route("conditional-delete", "DELETE", "{type}", conditional_delete, Action.DELETE),
            Route("search-type", "POST", "{type}/_search", search_by_post, Action.SEARCH),
            Route("history-type", "GET", "{type}/_history", type_history, Action.HISTORY),
            Route("read", "GET", "{type}/{id}", read, Action.READ),
            Route("update", "PUT", "{type}/{id}", update, Action.UPDATE),
            Route("patch", "PATCH", "{type}/{id}", patch, Action.UPDATE),
            Route("delete", "DELETE", "{type}/{id}", delete, Action.DELETE),
            Route("history-instance", "GET", "{type}/{id}/_history", instance_history, Action.HISTORY),
            Route("vread", "GET", "{type}/{id}/_history/{version}", vread, Action.READ),
            Route("everything", "GET", "Patient/{id}/$everything", patient_everything, Action.SEARCH),
            Route("everything", "POST", "Patient/{id}/$everything", patient_everything, Action.SEARCH),
            Route("search-compartment", "GET", "{compartment}/{id}/{type}", search_compartment, Action.SEARCH),
            Route("search-compartment", "POST", "{compartment}/{id}/{type}/_search", search_compartment, Action.SEARCH),
            *record_routes.routes(),
            *terminology_routes.routes(),
        ]
    )
