"""FHIR datatypes that need more than a Python built-in: partial dates, references, decimals."""
