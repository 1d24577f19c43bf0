"""Literal references are taken apart by what they look like."""

import pytest

from osler.fhir.datatypes.references import LiteralReference, local_reference, parse_reference

BASE = "https://osler.example/fhir"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Patient/1", LiteralReference("relative", "Patient", "1")),
        ("Patient/a-B.9/_history/2", LiteralReference("relative", "Patient", "a-B.9", "2")),
        ("http://x.org/r4/Patient/1", LiteralReference("absolute", "Patient", "1", "", "http://x.org/r4")),
        ("https://x.org/Patient/Patient/1/_history/7", LiteralReference("absolute", "Patient", "1", "7", "https://x.org/Patient")),
        ("#p1", LiteralReference("fragment", id="p1")),
        ("#", LiteralReference("fragment")),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", LiteralReference("urn")),
        ("urn:oid:1.2.3", LiteralReference("urn")),
        ("Practitioner?identifier=http://x|1", LiteralReference("conditional", "Practitioner", query="identifier=http://x|1")),
        ("Sheep/1", LiteralReference("other")),
        ("patient/1", LiteralReference("other")),
        ("Patient", LiteralReference("other")),
        ("Patient/", LiteralReference("other")),
        ("Patient/a b", LiteralReference("other")),
        ("Patient/1/", LiteralReference("other")),
        ("/Patient/1", LiteralReference("other")),
        ("Patient/" + "x" * 65, LiteralReference("other")),
        ("Patient/1\n", LiteralReference("other")),
        ("Sheep?x=1", LiteralReference("other")),
        ("http://www.example.org/page.html", LiteralReference("other")),
        ("", LiteralReference("other")),
    ],
)  # fmt: skip
def test_parts(text: str, parts: LiteralReference):
    assert parse_reference(text) == parts


def test_a_reference_is_local_when_relative_or_under_the_base():
    for text in ("Patient/1", "Patient/1/_history/3", f"{BASE}/Patient/1"):
        reference = local_reference(text, BASE)
        assert reference is not None
        assert reference.local == "Patient/1"
    for text in ("http://x.org/Patient/1", "#p", f"{BASE}/other/Patient/1", "urn:uuid:1"):
        assert local_reference(text, BASE) is None
