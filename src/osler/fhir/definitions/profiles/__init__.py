"""Profiles and extensions: R4's own, US Core's, and those of any implementation guide that is loaded.

StructureDefinition -> reading -> (over its parent: snapshot) -> (contradictions refused) -> reduction -> Profile.
"""

from osler.fhir.definitions.profiles.catalog import Profiles, builtin_profiles
from osler.fhir.definitions.profiles.model import Binding, Invariant, Profile, Rule, Slicing, TypeRule

__all__ = ["Binding", "Invariant", "Profile", "Profiles", "Rule", "Slicing", "TypeRule", "builtin_profiles"]
