"""The packed definitions are what `tools/compile_definitions.py` makes of the published ones."""

import importlib
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import zstandard

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT.parent / "shared/knowledge/fhir"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("compile_definitions")


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the published definitions")
def test_the_packed_data_are_up_to_date(tool: ModuleType):
    packed = files("osler.fhir.definitions").joinpath("data", "definitions.json.zst").read_bytes()
    assert msgspec.json.decode(zstandard.ZstdDecompressor().decompress(packed)) == tool.compile_all(PUBLISHED)


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("Patient.name | Person.name", ["Patient.name", "Person.name"]),
        ("(Group.value as boolean)", ["Group.value.as(boolean)"]),
        ("(Observation.value as CodeableConcept).text", ["Observation.value.as(CodeableConcept).text"]),
        ("Patient.extension.where(url = 'http://x').valueDateTime", ["Patient.extension.where(url='http://x').value.as(dateTime)"]),
        ("value.as(DateTime) | value.as(Period)", ["value.as(dateTime)", "value.as(Period)"]),
        ("A.b.where(resolve() is C)|A.d", ["A.b.where(resolve() is C)", "A.d"]),
        ("", []),
    ],
)  # fmt: skip
def test_expressions_are_split_and_written_one_way(tool: ModuleType, expression: str, parts: list[str]):
    assert importlib.import_module("compiling.expressions").split(expression) == parts
