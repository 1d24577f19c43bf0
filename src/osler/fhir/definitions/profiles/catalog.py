"""Every profile, extension and listed value set that is loaded, found by canonical and version."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import zstandard

from osler.core.errors import Invalid
from osler.fhir.datatypes.decimals import parse_decimal
from osler.fhir.definitions.profiles.compilation import Compilation, needed_value_sets
from osler.fhir.definitions.profiles.enumeration import SOME, Enumerator, NotEnumerable
from osler.fhir.definitions.profiles.model import Package, Packed, Profile, Systems, bare
from osler.fhir.definitions.profiles.reduction import CORE
from osler.fhir.json import encode

MOST_DEFINITIONS = 5_000

_decoder = msgspec.json.Decoder(Profile, float_hook=parse_decimal)


class Profiles:
    """Packages in their order: where several have a definition, the earlier one answers for the bare canonical.

    Immutable; `with_package` gives a new one that shares what was unpacked already.
    """

    def __init__(self, packages: Sequence[Package], unpacked: dict[tuple[str, str], Profile] | None = None) -> None:
        self.packages = tuple(packages)
        self._by_name = {f"{each.name}#{each.version}": each for each in packages}
        self._unpacked: dict[tuple[str, str], Profile] = {} if unpacked is None else unpacked

    def find(self, canonical: str, near: str = "") -> Profile | None:
        """A definition by canonical, with or without `|version`; None where it is not loaded.

        `near` is the package (`hl7.fhir.us.core#7.0.0`) of the definition that speaks of it, which is asked first.
        """
        url, _, version = canonical.partition("|")
        for name in self._by_name if near not in self._by_name else (near, *self._by_name):
            profile = self._from(name, url)
            if profile and (not version or _is_version(profile.version, version)):
                return profile
        return None

    def type(self, name: str) -> Profile | None:
        """What R4 itself demands of a type."""
        return self.find(CORE + name)

    def codes(self, value_set: str) -> Systems | None:
        """Codes of a value set by system; None where they cannot be listed."""
        url = bare(value_set)
        return next((each.value_sets[url] for each in self.packages if url in each.value_sets), None)

    def canonicals(self) -> list[str]:
        """Every definition that is loaded, as `url|version`."""
        found = {f"{url}|{profile.version}" for url, profile in self._all() if profile.is_profile}
        return sorted(found)

    def unchecked_value_sets(self, also_known: Container[str] = ()) -> dict[str, str]:
        """Value sets that a binding requires codes to be from, and why those cannot be checked, or not wholly.

        `also_known`: code systems whose codes somebody can tell right from wrong.
        """
        needed = needed_value_sets(profile for _, profile in self._all())
        reasons = {url: reason for each in reversed(self.packages) for url, reason in each.unlisted.items()}
        found = {}
        for url in sorted(needed):
            codes = self.codes(url)
            vague = [system for system, listed in (codes or {}).items() if SOME in listed and system not in also_known]
            if codes is None:
                found[url] = reasons.get(url, f"{url} is not at hand")
            elif vague:
                found[url] = f"only the system is checked of codes of {', '.join(vague)}"
        return found

    def with_package(self, resources: Iterable[dict[str, Any]], name: str, version: str) -> Profiles:
        """These and one more: StructureDefinitions, ValueSets and CodeSystems of an implementation guide.

        Raises Invalid for definitions that cannot be used, and then nothing has changed. A package of the same name
        and version is replaced.
        """
        resources = list(resources)
        if len(resources) > MOST_DEFINITIONS:
            raise Invalid(f"A package may have {MOST_DEFINITIONS} definitions.")
        label = f"{name}#{version}"
        others = [each for each in self.packages if f"{each.name}#{each.version}" != label]
        package = compile_package(resources, name, version, Profiles(others), _listed(others))
        if label in self._by_name:  # what was listed before may be more than the package alone lets list
            package = msgspec.structs.replace(package, value_sets=self._by_name[label].value_sets | package.value_sets)
        kept = {key: profile for key, profile in self._unpacked.items() if key[0] != label}
        return Profiles([*others, package], kept)

    def _from(self, package: str, url: str) -> Profile | None:
        key = (package, url)
        found = self._unpacked.get(key)
        if found is None and (raw := self._by_name[package].profiles.get(url)) is not None:
            found = self._unpacked[key] = _decoder.decode(raw)
        return found

    def _all(self) -> Iterable[tuple[str, Profile]]:
        for name, package in self._by_name.items():
            for url in package.profiles:
                profile = self._from(name, url)
                if profile:
                    yield url, profile


def compile_package(
    resources: Sequence[dict[str, Any]], name: str, version: str, others: Profiles, known: dict[str, Systems]
) -> Package:
    """A package ready to be kept or packed. Raises Invalid."""
    profiles = Compilation(resources, f"{name}#{version}", others.find).all()
    enumerator = Enumerator(resources, known)
    value_sets, unlisted = {}, {}
    for url in sorted(needed_value_sets(profiles.values()) - known.keys()):
        try:
            value_sets[url] = enumerator.systems(url)
        except NotEnumerable as error:
            unlisted[url] = str(error)
    raw = {url: msgspec.Raw(encode(profile)) for url, profile in profiles.items()}
    return Package(name, version, raw, value_sets, unlisted)


def _listed(packages: Sequence[Package]) -> dict[str, Systems]:
    return {url: systems for each in reversed(packages) for url, systems in each.value_sets.items()}


def _is_version(version: str, asked: str) -> bool:
    return version == asked or version.startswith(f"{asked}.")


@cache
def builtin_profiles() -> Profiles:
    """R4 4.0.1 and US Core 6.1.0, 7.0.0 and 8.0.0, of which 6.1.0 answers where no version is said."""
    packed = files("osler.fhir.definitions").joinpath("data", "profiles.json.zst").read_bytes()
    decoded = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(packed), type=Packed)
    return Profiles(decoded.packages)
