import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.core.errors import OslerError
from tests.unit.fhir.search.index_matching import World, parsed
from tests.unit.fhir.search.test_search_concepts import SNOMED, Terms

UCUM = "http://unitsofmeasure.org"
WORLD = World(
    [
        {
            "resourceType": "Patient",
            "id": "p",
            "active": True,
            "gender": "female",
            "birthDate": "1980-02-29",
            "name": [{"family": "Lovelace", "given": ["Ada", "Mary"]}],
            "generalPractitioner": [{"reference": "Practitioner/d"}],
        },
        {"resourceType": "Practitioner", "id": "d", "active": True, "name": [{"family": "House, Gregory"}]},
        {
            "resourceType": "Observation",
            "id": "o",
            "code": {"coding": [{"system": SNOMED, "code": "37796009"}]},
            "subject": {"reference": "Patient/p"},
            "effectivePeriod": {"start": "2024-01-01", "end": "2024-01-31"},
            "valueQuantity": {"value": Decimal("5.4"), "system": UCUM, "code": "mg"},
        },
        {"resourceType": "ValueSet", "id": "v", "url": "http://acme.org/vs"},
    ]
)


def holds(type: str, text: str) -> bool:
    return bool(WORLD.search(type, ("_filter", text), codes=Terms()))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("gender eq female", True),
        ("gender eq http://x|female", False),
        ("gender ne male", True),
        ("gender ne female", False),
        ("language ne en", False),
        ("gender pr true", True),
        ("gender pr false", False),
        ("language pr false", True),
        ('family eq "lovelace"', True),
        ("family eq love", False),
        ("family ne smith", True),
        ("family sw love", True),
        ("family ew lace", True),
        ("family ew love", False),
        ("family co vela", True),
        ("given eq mary and family sw l", True),
        ("given eq x or family sw l", True),
        ("given eq x and family sw l", False),
        ("not (given eq x) and active eq true", True),
        ("not (given eq ada or given eq x)", False),
        ("given eq x and given eq y or active eq true", True),
        ("given eq x and (given eq y or active eq true)", False),
        ("birthdate eq 1980", True),
        ("birthdate ge 1980-03", False),
        ("birthdate lt 1980-03-01", True),
        ("birthdate ap 1980-02-29", True),
        ("_id eq p", True),
        ("_id ne p", False),
        ("general-practitioner re Practitioner/d", True),
        ("general-practitioner eq Practitioner/x", False),
        ('general-practitioner.name co "house, greg"', True),
        ("general-practitioner[active eq true].name sw house", True),
        ("general-practitioner[active eq false].name sw house", False),
        ("general-practitioner[active eq true and name sw h].name ew gregory", True),
    ],
)
def test_a_filter_of_patients_holds_as_it_reads(text: str, is_found: bool):
    assert holds("Patient", text) is is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("value-quantity eq 5.4", True),
        (f"value-quantity gt 0.005|{UCUM}|g", True),
        (f"value-quantity ne 5.4|{UCUM}|mg", False),
        ("value-quantity sa 5", True),
        ("value-quantity eb 6", True),
        ("date po 2024-01-31", True),
        ("date po 2024-02", False),
        ("date eq 2024", True),
        ("code in http://x/headaches", True),
        (f"code ss {SNOMED}|25064002", True),
        (f"code sb {SNOMED}|37796009", True),
        (f"code sb {SNOMED}|25064002", False),
        ("subject.family sw love", True),
        ("subject.general-practitioner.name sw house", True),
        ("subject[gender eq male].birthdate gt 1970", False),
        (f"code-value-quantity eq {SNOMED}|37796009$5.4", True),
    ],
)
def test_a_filter_of_observations_holds_as_it_reads(text: str, is_found: bool):
    assert holds("Observation", text) is is_found


def test_a_url_is_compared_whole():
    assert holds("ValueSet", "url eq http://acme.org/vs")
    assert holds("ValueSet", "url ne http://acme.org/other")


@pytest.mark.parametrize(
    "text",
    ["gender", "gender eq", "gender xx male", "eq male", "gender eq male and", "(gender eq male", "gender eq male)",
     "not gender eq male", "gender eq male gender eq x", "gender co ma", "birthdate co 1980", "gender gt male", "family gt a",
     "nothing eq x", "name.family eq x", "general-practitioner[active eq true] eq x", "active pr maybe", 'family eq "a',
     "family eq \"\\q\"", "birthdate eq today", "general-practitioner.nothing eq x", "(" * 200, "a" * 5000, "_lastUpdated pr true",
     " and ".join(["active eq true"] * 200), "general-practitioner[" * 50, "family eq !"],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str):
    with pytest.raises(OslerError) as raised:
        parsed("Patient", ("_filter", text))
    assert raised.value.faults[0].path == "_filter"


def test_a_filter_says_which_parameters_it_reads():
    used = parsed("Patient", ("_filter", "general-practitioner[active eq true].name sw h and gender eq x")).used
    assert {"Patient.general-practitioner", "Practitioner.active", "Practitioner.name", "Patient.gender"} <= used


@given(
    st.lists(
        st.sampled_from(
            ["gender", "eq", "and", "or", "not", "(", ")", "[", "]", ".", '"a"', "male", "subject", "pr", "true", "ne"]
        ),
        max_size=12,
    )
)
def test_any_words_are_a_filter_or_refused(words: list[str]):
    with contextlib.suppress(OslerError):  # and nothing else
        parsed("Observation", ("_filter", " ".join(words)))
