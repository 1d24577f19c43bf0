"""Is this resource what R4 and its profiles say it has to be? Compiled per type and profile to functions.

`fhir/structure` asks about shapes first; then come the rules: of R4's types (`types`), and of profiles (`nodes`), both
made of the same checks, one file per concern.
"""

from osler.fhir.validate.issue import Issue
from osler.fhir.validate.outcome import outcome, validate
from osler.fhir.validate.ports import CodeCheck, Resolve
from osler.fhir.validate.validator import Validator

__all__ = ["CodeCheck", "Issue", "Resolve", "Validator", "outcome", "validate"]
