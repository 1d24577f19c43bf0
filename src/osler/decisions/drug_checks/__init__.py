"""All checks of one new drug order. Pure: what is known is passed in, what was found is returned."""

from osler.decisions.drug_checks.check import check

__all__ = ["check"]
