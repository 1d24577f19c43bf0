"""Small worlds of resources, every element of which some search parameter reads, filled from the awkward pools.

References only lead to resources of the same world (the store refuses others), or out of it by absolute address.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.differential import values as v
from tests.differential.grow import Recipe, any_of, choice, either, full, just, made, one_or_more, some

Resource = dict[str, Any]
BASE = "https://osler.example/fhir"

SIZES = {
    "Organization": 3,
    "Practitioner": 3,
    "Patient": 6,
    "Encounter": 4,
    "Observation": 14,
    "Condition": 5,
    "MedicationRequest": 3,
    "AllergyIntolerance": 2,
    "Immunization": 2,
    "DiagnosticReport": 2,
    "Procedure": 2,
    "CareTeam": 2,
    "Goal": 2,
    "DocumentReference": 3,
    "Questionnaire": 3,
    "QuestionnaireResponse": 2,
    "ServiceRequest": 2,
    "RiskAssessment": 5,
    "ChargeItem": 4,
    "Group": 2,
    "MolecularSequence": 2,
    "Provenance": 2,
}
"""How many of each type a world holds; ids are `p0`, `p1` …, small enough to be guessed by references."""

OUTSIDE = ["http://other.example/fhir/{}/p0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"]


coding = full(system=v.systems, code=v.code_values, display=v.words)
concept = full(coding=one_or_more(coding), text=v.words)
coded = some({"coding": one_or_more(coding)}, text=v.words)
identifier = full(system=v.systems, value=v.code_values, type=coded)
quantity = made(lambda u, n: u | {"value": n}, any_of(v.UNITS), v.decimals)
compared = made(lambda q, c: q | {"comparator": c}, quantity, any_of(["<", "<=", ">", ">="]))
some_quantity = either(quantity, quantity, compared, just({"unit": "mg"}))
age = made(lambda n: {"value": n, "unit": "a", "system": v.UCUM, "code": "a"}, v.decimals)
range_ = full(low=quantity, high=quantity)
money = made(lambda n, c: {"value": n, "currency": c}, v.decimals, any_of(["USD", "EUR"]))
samples = some(
    {"origin": quantity, "period": just(Decimal(10)), "dimensions": just(1)},
    data=any_of(["1 2 5.4", "E L U", "-3 E 100", "E"]),
    factor=v.decimals,
    lowerLimit=v.decimals,
    upperLimit=v.decimals,
)
period = full(start=v.moments, end=v.moments)
timing = full(event=one_or_more(v.moments), repeat=made(lambda p: {"boundsPeriod": p}, period))
phone = full(system=any_of(["phone", "email", "fax"]), value=any_of(v.PHONES), use=just("home"))
name = full(family=v.words, given=one_or_more(v.words), prefix=one_or_more(v.words, 1), text=v.words)
address = full(
    line=one_or_more(v.words), city=v.words, state=v.words, postalCode=v.words, country=v.words, text=v.words
)


def meta() -> Recipe:
    return full(
        tag=one_or_more(coding),
        security=one_or_more(coding),
        profile=one_or_more(any_of(v.PROFILES)),
        source=v.urls,
    )


def reference(*kinds: str) -> Recipe:
    """A reference in any of the ways to write one: relative, versioned, absolute here and elsewhere, logical, empty."""
    ids = made(lambda kind, n: f"{kind}/p{n % SIZES[kind]}", any_of(kinds), any_of(range(60)))
    written = either(
        ids,
        ids,
        ids,
        made("{}/_history/1".format, ids),
        made((BASE + "/{}").format, ids),
        any_of([address.format(kinds[0]) for address in OUTSIDE]),
    )
    literal = made(lambda r: {"reference": r}, written)
    logical = made(lambda i: {"identifier": i, "type": kinds[0]}, identifier)
    both = made(lambda r, i: {"reference": r, "identifier": i}, written, identifier)
    return either(literal, literal, literal, both, logical, just({"display": "nobody"}))


INSIDE = {
    "contained": [{"resourceType": "Patient", "id": "c1", "name": [{"family": "Zoë"}]}],
    "subject": {"reference": "#c1"},
}
"""A subject of its own, inside: nothing a search may find."""

extension_codes = made(
    lambda url, c: {
        "url": f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{url}",
        "extension": [{"url": "ombCategory", "valueCoding": c}],
    },
    any_of(["race", "ethnicity"]),
    coding,
)
asserted = made(
    lambda d: {"url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", "valueDateTime": d}, v.moments
)


def patients() -> Recipe:
    held = some(
        name=one_or_more(name),
        birthDate=v.dates,
        gender=any_of(["male", "female"]),
        active=any_of([True, False]),
        identifier=one_or_more(identifier),
        telecom=one_or_more(phone),
        address=one_or_more(address, 1),
        extension=one_or_more(extension_codes),
        managingOrganization=reference("Organization"),
        generalPractitioner=one_or_more(reference("Practitioner", "Organization")),
        communication=one_or_more(made(lambda c: {"language": c}, coded), 1),
        link=one_or_more(made(lambda r: {"other": r, "type": "seealso"}, reference("Patient")), 1),
    )
    return choice(held, "deceased", Boolean=any_of([True, False]), DateTime=v.moments)


def observations() -> Recipe:
    component = choice(
        some({"code": coded}, dataAbsentReason=coded), "value", Quantity=some_quantity, CodeableConcept=concept
    )
    held = some(
        {"status": any_of(["final", "amended"]), "code": concept},
        category=one_or_more(coded),
        subject=reference("Patient", "Patient", "Group"),
        encounter=reference("Encounter"),
        performer=one_or_more(reference("Practitioner", "Organization", "Patient")),
        identifier=one_or_more(identifier),
        derivedFrom=one_or_more(reference("Observation", "DocumentReference")),
        component=one_or_more(component),
        dataAbsentReason=coded,
    )
    held = either(held, held, made(lambda o: o | INSIDE, held))
    dated = choice(held, "effective", DateTime=v.moments, Period=period, Timing=timing, Instant=v.instants)
    return choice(
        dated, "value", Quantity=some_quantity, CodeableConcept=concept, String=v.words, DateTime=v.moments,
        Period=period, SampledData=samples, Range=range_, Boolean=any_of([True, False]),
    )  # fmt: skip


def conditions() -> Recipe:
    held = some(
        {"subject": reference("Patient")},
        code=concept,
        clinicalStatus=coded,
        category=one_or_more(coded),
        encounter=reference("Encounter"),
        recordedDate=v.moments,
        extension=one_or_more(asserted, 1),
        identifier=one_or_more(identifier, 1),
    )
    forms = {"DateTime": v.moments, "Period": period, "Age": age, "Range": range_, "String": v.words}
    return choice(choice(held, "onset", **forms), "abatement", **forms)


def encounters() -> Recipe:
    participant = full(type=one_or_more(coded, 1), individual=reference("Practitioner"), period=period)
    return some(
        {"status": any_of(["finished", "planned", "cancelled"]), "class": coding},
        type=one_or_more(coded),
        subject=reference("Patient", "Group"),
        period=period,
        participant=one_or_more(participant),
        serviceProvider=reference("Organization"),
        length=some_quantity,
        partOf=reference("Encounter"),
        identifier=one_or_more(identifier, 1),
    )


def questionnaires() -> Recipe:
    context = choice(
        made(lambda c: {"code": c}, coding),
        "value",
        True,
        Quantity=quantity,
        Range=range_,
        CodeableConcept=concept,
    )
    return some(
        {"status": any_of(["draft", "active"])},
        url=v.urls,
        version=v.code_values,
        name=v.words,
        title=v.words,
        date=v.moments,
        derivedFrom=one_or_more(any_of([*v.URLS, v.URLS[0] + "|2"])),
        useContext=one_or_more(context),
        item=one_or_more(
            some({"linkId": just("1"), "type": just("string")}, definition=v.urls, code=one_or_more(coding))
        ),
        subjectType=one_or_more(any_of(["Patient", "Group"]), 1),
        effectivePeriod=period,
    )


def risks() -> Recipe:
    prediction = choice(some(outcome=coded), "probability", True, Decimal=v.decimals, Range=range_)
    held = some(
        {"status": just("final"), "subject": reference("Patient", "Group")},
        prediction=one_or_more(prediction),
        method=coded,
        condition=reference("Condition"),
    )
    return choice(held, "occurrence", DateTime=v.moments, Period=period)


def charges() -> Recipe:
    held = some(
        {"status": just("billable"), "code": concept, "subject": reference("Patient", "Group")},
        factorOverride=v.decimals,
        priceOverride=money,
        quantity=some_quantity,
        definitionUri=one_or_more(v.urls, 1),
        enteredDate=v.moments,
    )
    return choice(held, "occurrence", DateTime=v.moments, Period=period, Timing=timing)


def documents() -> Recipe:
    relation = made(lambda r: {"code": "replaces", "target": r}, reference("DocumentReference"))
    attachment = full(url=v.urls, contentType=just("text/plain"), creation=v.moments, language=just("en"))
    return some(
        {"status": just("current"), "content": one_or_more(made(lambda a: {"attachment": a}, attachment))},
        subject=reference("Patient", "Group"),
        type=concept,
        date=v.instants,
        description=v.words,
        custodian=reference("Organization"),
        author=one_or_more(reference("Practitioner", "Organization", "Patient")),
        relatesTo=one_or_more(relation),
        context=full(period=period, encounter=one_or_more(reference("Encounter"), 1)),
    )


def groups() -> Recipe:
    base = some({"code": coded, "exclude": any_of([True, False])})
    characteristic = made(
        lambda held, more: held | more,
        base,
        either(
            made(lambda c: {"valueCodeableConcept": c}, concept),
            made(lambda b: {"valueBoolean": b}, any_of([True, False])),
        ),
    )
    return some(
        {"type": just("person"), "actual": any_of([True, False])},
        characteristic=one_or_more(characteristic),
        member=one_or_more(made(lambda r: {"entity": r}, reference("Patient"))),
        managingEntity=reference("Organization", "Practitioner"),
    )


def sequences() -> Recipe:
    places = any_of([0, 1, 12, 100, 101])
    window = some({"windowStart": places, "windowEnd": places}, chromosome=coded, referenceSeqId=coded)
    variant = some({"start": places, "end": places})
    return some(
        {"coordinateSystem": just(0)},
        referenceSeq=window,
        variant=one_or_more(variant),
        patient=reference("Patient"),
    )


def organizations() -> Recipe:
    return some(
        name=v.words, alias=one_or_more(v.words), partOf=reference("Organization"),
        identifier=one_or_more(identifier, 1), type=one_or_more(concept, 1), address=one_or_more(address, 1),
        active=any_of([True, False]),
    )  # fmt: skip


def practitioners() -> Recipe:
    return some(
        name=one_or_more(name),
        telecom=one_or_more(phone),
        identifier=one_or_more(identifier, 1),
        active=any_of([True, False]),
    )


def prescriptions() -> Recipe:
    dosage = made(lambda t: {"timing": t}, timing)
    held = some(
        {
            "status": any_of(["active", "stopped"]),
            "intent": just("order"),
            "subject": reference("Patient", "Group"),
        },
        authoredOn=v.moments,
        dosageInstruction=one_or_more(dosage),
        requester=reference("Practitioner", "Organization", "Patient"),
        encounter=reference("Encounter"),
    )
    return made(lambda h, c: h | {"medicationCodeableConcept": c}, held, concept)


def allergies() -> Recipe:
    held = some(
        {"patient": reference("Patient")},
        code=concept,
        recordedDate=v.moments,
        lastOccurrence=v.moments,
        reaction=one_or_more(some({"manifestation": one_or_more(coded)}, substance=coded, onset=v.moments)),
    )
    return choice(held, "onset", DateTime=v.moments, Age=age, Period=period)


def immunizations() -> Recipe:
    held = some(
        {"status": just("completed"), "vaccineCode": concept, "patient": reference("Patient")},
        lotNumber=v.words,
        performer=one_or_more(made(lambda r: {"actor": r}, reference("Practitioner", "Organization"))),
    )
    when = either(
        made(lambda d: {"occurrenceDateTime": d}, v.moments), made(lambda t: {"occurrenceString": t}, v.words)
    )
    return made(lambda h, w: h | w, held, when)


def reports() -> Recipe:
    held = some(
        {"status": just("final"), "code": concept},
        subject=reference("Patient", "Group"),
        result=one_or_more(reference("Observation")),
        issued=v.instants,
        category=one_or_more(coded),
    )
    return choice(held, "effective", DateTime=v.moments, Period=period)


def procedures() -> Recipe:
    held = some(
        {"status": just("completed"), "subject": reference("Patient", "Group")},
        code=concept,
        instantiatesCanonical=one_or_more(any_of([*v.URLS, v.URLS[0] + "|1", v.URLS[1] + "|1#part"])),
        instantiatesUri=one_or_more(v.urls),
        partOf=one_or_more(reference("Procedure", "Observation")),
    )
    return choice(held, "performed", DateTime=v.moments, Period=period, String=v.words, Age=age)


def teams() -> Recipe:
    participant = full(role=one_or_more(coded, 1), member=reference("Practitioner", "Patient", "Organization"))
    return some(
        status=just("active"),
        subject=reference("Patient", "Group"),
        participant=one_or_more(participant),
        period=period,
    )


def goals() -> Recipe:
    target = choice(some(measure=coded), "due", True, Date=v.dates)
    held = some(
        {"lifecycleStatus": just("active"), "description": concept, "subject": reference("Patient", "Group")},
        target=one_or_more(target),
    )
    return choice(held, "start", Date=v.dates)


def answers() -> Recipe:
    return some(
        {"status": just("completed")},
        questionnaire=any_of([*v.URLS, v.URLS[0] + "|1", v.URLS[1] + "|a,b"]),
        subject=reference("Patient", "Organization"),
        authored=v.moments,
        author=reference("Practitioner", "Patient"),
    )


def orders() -> Recipe:
    held = some(
        {"status": just("active"), "intent": just("order"), "subject": reference("Patient", "Group")},
        code=concept,
        instantiatesUri=one_or_more(v.urls),
        authoredOn=v.moments,
        requisition=identifier,
    )
    return choice(held, "occurrence", DateTime=v.moments, Period=period, Timing=timing)


def provenances() -> Recipe:
    agent = some({"who": reference("Practitioner", "Organization")}, type=coded)
    return some(
        {
            "target": one_or_more(reference("Observation", "Patient", "Condition", "Procedure")),
            "recorded": v.instants,
            "agent": one_or_more(agent, 1),
        }
    )


KINDS = {
    "Organization": organizations,
    "Practitioner": practitioners,
    "Patient": patients,
    "Encounter": encounters,
    "Observation": observations,
    "Condition": conditions,
    "MedicationRequest": prescriptions,
    "AllergyIntolerance": allergies,
    "Immunization": immunizations,
    "DiagnosticReport": reports,
    "Procedure": procedures,
    "CareTeam": teams,
    "Goal": goals,
    "DocumentReference": documents,
    "Questionnaire": questionnaires,
    "QuestionnaireResponse": answers,
    "ServiceRequest": orders,
    "RiskAssessment": risks,
    "ChargeItem": charges,
    "Group": groups,
    "MolecularSequence": sequences,
    "Provenance": provenances,
}


GROWERS = {kind: recipe() for kind, recipe in KINDS.items()}
META = meta()


@dataclass(frozen=True, slots=True)
class World:
    """What is there, what it was before, and what was there once and is deleted."""

    resources: list[Resource]
    earlier: dict[tuple[str, str], Resource]
    """First versions of some of the resources."""
    gone: list[Resource]


NAMES = [(kind, f"p{n}") for kind, size in SIZES.items() for n in range(size)]
CHANGED = 10
GONE = [(kind, f"x{n}") for kind in ("Patient", "Observation", "Condition", "RiskAssessment") for n in range(2)]
SEEDS = len(NAMES) + CHANGED + len(GONE)


def world() -> st.SearchStrategy[World]:
    """Every type's share of resources, each grown from a seed of its own."""
    return st.lists(st.integers(0, 2**31), min_size=SEEDS, max_size=SEEDS).map(grow_world)


def grow_world(seeds: list[int]) -> World:
    dice = iter(seeds)
    resources = [_grown(kind, identity, Random(next(dice))) for kind, identity in NAMES]
    changed = Random(sum(seeds)).sample(NAMES, CHANGED)
    earlier = {name: _grown(*name, Random(next(dice))) for name in changed}
    return World(resources, earlier, [_grown(kind, identity, Random(next(dice))) for kind, identity in GONE])


def _grown(kind: str, identity: str, random: Random) -> Resource:
    head: Resource = {"resourceType": kind, "id": identity}
    if random.random() < 0.6:
        head["meta"] = META(random)
    return head | GROWERS[kind](random)
