"""meta.profile: a resource has to fulfill every profile that it claims (https://hl7.org/fhir/R4/resource.html#profile-tags)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osler.fhir.definitions.profiles.model import bare
from osler.fhir.definitions.profiles.reduction import CORE
from osler.fhir.validate.issue import Path
from osler.fhir.validate.run import Run

if TYPE_CHECKING:
    from osler.fhir.validate.checks import Checks


def claimed(resource: dict[str, Any]) -> list[str]:
    meta = resource.get("meta")
    return [each for each in meta.get("profile", ()) if isinstance(each, str)] if meta else []


def check_claims(resource: dict[str, Any], path: Path, run: Run, checks: Checks) -> None:
    meta = resource.get("meta")
    if not meta or "profile" not in meta:
        return
    for index, canonical in enumerate(meta["profile"]):
        if canonical is not None:
            told = ((path, "meta", None), "profile", index)
            check_profile(canonical, resource, path, run, checks, told, is_claim=True)


def check_profile(
    canonical: str, resource: dict[str, Any], path: Path, run: Run, checks: Checks, told: Path, *, is_claim: bool
) -> None:
    """`told` is where to say that the profile is not loaded, or of another type. A claim that nobody here can check
    is told as a warning; a profile somebody asks for has to be there."""
    profile = checks.profiles.find(canonical, run.near)
    type_ = resource["resourceType"]
    if profile is None:
        severity = "warning" if is_claim else "error"
        run.add(told, "not-found", "This profile is not loaded, so it is not checked.", "meta.profile", severity)
    elif profile.type not in (type_, "Resource", "DomainResource"):
        run.add(told, "structure", f"This profile is one of {profile.type}, not of {type_}.", "meta.profile")
    elif profile.is_profile and (check := checks.profile(canonical, run.near)):
        check(resource, None, path, run)


def package_of(canonicals: list[str], checks: Checks) -> str:
    """Package of the first of the profiles that is loaded and not R4's own; empty for none."""
    for canonical in canonicals:
        profile = checks.profiles.find(canonical)
        if profile and not bare(canonical).startswith(CORE):
            return profile.package
    return ""
