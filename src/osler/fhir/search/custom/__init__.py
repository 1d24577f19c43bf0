"""Search parameters that a site defines at run time, by SearchParameter resources (docs/adr/0006-search-parameters-at-run-time.md)."""

from osler.fhir.search.custom.definition import faults_of, params_of
from osler.fhir.search.custom.params import NONE, CustomParam, CustomParams, failed

__all__ = ["NONE", "CustomParam", "CustomParams", "failed", "faults_of", "params_of"]
