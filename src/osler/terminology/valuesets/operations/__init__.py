"""The operations of a terminology service (https://hl7.org/fhir/R4/terminology-service.html), one file each."""
