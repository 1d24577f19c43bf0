import pytest

from osler.core.errors import Invalid
from tests.unit.fhir.search.index_matching import World, found, parsed

VALUE_SET = {"resourceType": "ValueSet", "id": "v", "url": "http://acme.org/fhir/ValueSet/123"}
RESPONSE = {"resourceType": "QuestionnaireResponse", "id": "q", "questionnaire": "http://acme.org/Q|1.2.3"}


def place(id: str, whole: str = "") -> dict[str, object]:
    part = {"partOf": {"reference": f"Location/{whole}"}} if whole else {}
    return {"resourceType": "Location", "id": id, **part}


HOUSE = World(
    [
        place("house"),
        place("floor", "house"),
        place("room", "floor"),
        place("shed"),
        place("loop", "pool"),
        place("pool", "loop"),
        *(
            {
                "resourceType": "Encounter",
                "id": f"in-{where}",
                "location": [{"location": {"reference": f"Location/{where}"}}],
            }
            for where in ("house", "floor", "room", "shed", "loop")
        ),
    ]
)


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("http://acme.org", True),
        ("http://acme.org/fhir", True),
        ("http://acme.org/fhir/", True),
        ("http://acme.org/fhir/ValueSet/123", True),
        ("http://acme.org/fhir/ValueSet/12", False),
        ("http://acme.org/fhir/ValueSet/123/4", False),
        ("https://acme.org", False),
        ("http://x.org,http://acme.org", True),
    ],
)
def test_a_url_is_below_each_whole_path_it_begins_with(value: str, is_found: bool):
    assert found(VALUE_SET, "url:below", value) is is_found


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("http://acme.org/fhir/ValueSet/123/_history/5", True),
        ("http://acme.org/fhir/ValueSet/123", True),
        ("http://acme.org/fhir/ValueSet/1234", False),
        ("http://acme.org/fhir", False),
    ],
)
def test_a_url_is_above_whatever_it_begins(value: str, is_found: bool):
    assert found(VALUE_SET, "url:above", value) is is_found


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("below", "http://acme.org/Q|1", True),
        ("below", "http://acme.org/Q|1.2.3", True),
        ("below", "http://acme.org/Q|1.20", False),
        ("below", "http://acme.org", True),
        ("above", "http://acme.org/Q|1.2.3.4", True),
        ("above", "http://acme.org/Q|1.2", False),
    ],
)
def test_a_canonical_is_above_and_below_by_version(name: str, value: str, is_found: bool):
    assert found(RESPONSE, f"questionnaire:{name}", value) is is_found


@pytest.mark.parametrize("value", ["urn:oid:1.2", "acme.org", "http://acme.org/#a"])
def test_only_web_addresses_have_a_path(value: str):
    with pytest.raises(Invalid):
        parsed("ValueSet", ("url:below", value))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("location:below", "house", ["in-house", "in-floor", "in-room"]),
        ("location:below", "Location/floor", ["in-floor", "in-room"]),
        ("location:below", "room,shed", ["in-room", "in-shed"]),
        ("location:above", "room", ["in-house", "in-floor", "in-room"]),
        ("location:above", "house", ["in-house"]),
        ("location:below", "loop", ["in-loop"]),
        ("location:below", "nowhere", []),
    ],
)
def test_references_follow_the_hierarchy_of_their_target(name: str, value: str, expected: list[str]):
    assert HOUSE.search("Encounter", (name, value)) == expected


def test_the_hierarchy_itself_can_be_searched():
    assert HOUSE.search("Location", ("partof:below", "house")) == ["floor", "room"]
    assert HOUSE.search("Location", ("partof:above", "floor")) == ["floor", "room"]


@pytest.mark.parametrize(
    ("name", "value"), [("subject:below", "Patient/1"), ("location:below", "http://x/y"), ("location:below", "a/b/c")]
)
def test_without_a_hierarchy_there_is_no_above_and_below(name: str, value: str):
    with pytest.raises(Invalid):
        parsed("Encounter", (name, value))
