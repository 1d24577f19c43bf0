"""Release files of code systems, value sets and FHIR packages: into the record, out to every process, and back."""
