"""Queries for the cells that `queries` does not have. A maker gives type and parameters; most have an answer somewhere."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from osler.store.reference.asked import PREFIXES
from tests.differential import values as v
from tests.differential.matrix_worlds import CANONICALS, CODES, NUMBERS, TEXTS, UNITS, URLS, WORDS
from tests.differential.matrix_worlds import amount as some_amount

Params = list[tuple[str, str]]
Maker = Callable[[Random], tuple[str, Params]]


def asked_amount(prefix: str, code: str) -> Maker:
    """In some unit, often one that another's value reads well in."""

    def make(random: Random) -> tuple[str, Params]:
        written = f"{prefix}{f'|{v.UCUM}|'.join(some_amount(random))}"
        first = f"{random.choice(CODES[:3])}$" if "code" in code else ""
        return "Observation", [(code, first + written)]

    return make


def words(random: Random) -> str:
    text = random.choice(TEXTS).replace(",", "\\,")
    parts = text.split()
    return random.choice([text, parts[-1], parts[0][:3], parts[-1][:4].upper(), parts[0].lower()])


def beside(random: Random) -> tuple[str, Params]:
    return random.choice([
        ("Observation", [("code:text", words(random))]),
        ("Observation", [("combo-code:text", words(random))]),
        ("Encounter", [("class:text", words(random))]),
        ("Patient", [("identifier:text", f"{words(random)},{words(random)}")]),
    ])  # fmt: skip


def concept(modifier: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        if modifier in ("in", "not-in"):
            kind, code, value = random.choice([("Observation", "code", "http://x/tens"), ("Patient", "gender", "http://x/male"),
                                               ("Observation", "component-code", "http://x/tens")])  # fmt: skip
            return kind, [(f"{code}:{modifier}", value)]
        return "Observation", [(f"code:{modifier}", f"{v.SNOMED}|{random.choice(CODES)}")]

    return make


def url(modifier: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        value = random.choice([url for url in URLS if url.startswith("http") and "#" not in url])
        value = random.choice([value, value + "/", value + "/deeper/1", value[: value.rfind("/")]])
        return "ValueSet", [(f"url:{modifier}", value if value.count("/") > 1 else "http://acme.org")]

    return make


def canonical(modifier: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        value = random.choice([*CANONICALS, "http://acme.org/Q|1", "http://acme.org/Q|1.2.3.4", "http://acme.org"])
        kind, code = random.choice([("QuestionnaireResponse", "questionnaire"), ("ValueSet", "_profile")])
        return kind, [(f"{code}:{modifier}", value.replace("|", "\\|"))]

    return make


def hierarchy(modifier: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        kind, code, target = random.choice([
            ("Encounter", "location", "Location"), ("Location", "partof", "Location"), ("Encounter", "part-of", "Encounter"),
            ("Patient", "organization", "Organization"), ("Observation", "subject", "Location"),
        ])  # fmt: skip
        root = f"p{random.randrange(6)}"
        return kind, [
            (
                f"{code}:{modifier}",
                random.choice([root, f"{target}/{root}"]) if code != "subject" else f"{target}/{root}",
            )
        ]

    return make


def near(random: Random) -> tuple[str, Params]:
    place = random.choice(["42.36|-71.06", "-17|180", "0|0", "90|0", "42.4|-71.2"])
    how = random.choice(["", "|5", "|20|km", "|3000|km", "|30|mi", "|20500|km", "|100|m"])
    return "Location", [("near", place + how)]


def listed(random: Random) -> tuple[str, Params]:
    return random.choice(["Patient", "Observation", "Encounter"]), [
        ("_list", random.choice(["p0", "p1", "p0,p1", "List/p1"]))
    ]


def text(name: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        one, two = random.choice(WORDS), random.choice(WORDS)
        asked = random.choice(
            [one, one[:3], f"{one} {two}", f'"{one} {two}"', f"{one} -{two}", f"{one} OR {two}", f"{one},{two}"]
        )
        kind = random.choice(["Patient", "Patient", "Observation"]) if name == "_content" else "Patient"
        return kind, [(name, asked), *([("gender", "male")] if kind == "Patient" and random.random() < 0.3 else [])]

    return make


def term(random: Random, kind: str) -> str:
    if kind == "Patient":
        name = random.choice(v.TEXTS).strip()
        return random.choice([
            f"gender {random.choice(['eq', 'ne'])} male",
            f'family {random.choice(["eq", "ne", "co", "sw", "ew"])} "{_quoted(name)}"',
            f"given {random.choice(['co', 'sw', 'ew'])} {random.choice(['z', 'o', 'th', 'smith'])}",
            f"birthdate {random.choice(PREFIXES)} {random.choice(v.DATES[:7])}",
            f"birthdate po {random.choice(v.DATES[:7])}",
            f"language pr {random.choice(['true', 'false'])}",
            f"organization pr {random.choice(['true', 'false'])}",
            f"organization eq Organization/p{random.randrange(4)}",
            f"organization.partof ne Organization/p{random.randrange(4)}",
            f"organization[_id eq p1].partof pr {random.choice(['true', 'false'])}",
        ])  # fmt: skip
    return random.choice([
        f'value-quantity {random.choice(PREFIXES)} "{random.choice(NUMBERS)}|{v.UCUM}|{random.choice(UNITS)}"',
        f"value-quantity {random.choice(PREFIXES)} {random.choice(NUMBERS)}",
        f"code {random.choice(['eq', 'ne'])} {v.SNOMED}|{random.choice(CODES)}",
        f"code {random.choice(['ss', 'sb'])} {v.SNOMED}|{random.choice(CODES)}",
        "code in http://x/tens",
        f"subject.gender {random.choice(['eq', 'ne'])} male",
        f"subject[gender eq male].birthdate {random.choice(['gt', 'lt'])} 1990",
        f"date {random.choice([*PREFIXES, 'po'])} {random.choice(v.DATES[:7])}",
        f"has-member pr {random.choice(['true', 'false'])}",
    ])  # fmt: skip


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def filtered(form: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        kind = random.choice(["Patient", "Observation"])
        one, two, three = (term(random, kind) for _ in range(3))
        written = {
            "term": one,
            "and": f"{one} and {two}",
            "or": f"{one} or {two}",
            "not": f"not ({one})",
            "mixed": random.choice(
                [f"{one} and ({two} or {three})", f"{one} or {two} and {three}", f"not ({one} or {two}) and {three}"]
            ),
        }[form]
        return kind, [("_filter", written)]

    return make


def included(form: str) -> Maker:
    def make(random: Random) -> tuple[str, Params]:
        return {
            "_include *": ("Encounter", [("_include", "*"), ("_id", "p0,p1")]),
            "_revinclude *": random.choice([("Patient", [("_revinclude", "*")]), ("Location", [("_revinclude", "*"), ("_id", "p0")])]),
            "_include:iterate": random.choice([
                ("Encounter", [("_include", "Encounter:location"), ("_include:iterate", "Location:partof"), ("_id", f"p{random.randrange(4)}")]),
                ("Observation", [("_include", "Observation:subject"), ("_include:iterate", "Patient:organization"),
                                 ("_include:iterate", "Organization:partof:Organization"), ("_id", f"p{random.randrange(9)}")]),
                ("Observation", [("_include:iterate", "Observation:has-member"), ("_id", f"p{random.randrange(9)}")]),
            ]),
            "_revinclude:iterate": random.choice([
                ("Location", [("_revinclude:iterate", "Location:partof"), ("_revinclude:iterate", "Encounter:location"), ("_id", f"p{random.randrange(6)}")]),
                ("Organization", [("_revinclude:iterate", "Organization:partof"), ("_revinclude:iterate", "Patient:organization"),
                                  ("_revinclude:iterate", "Observation:subject:Patient"), ("_id", f"p{random.randrange(4)}")]),
            ]),
        }[form]  # fmt: skip

    return make


def chained(random: Random) -> tuple[str, Params]:
    return random.choice([
        ("Patient", [("_has:Observation:subject:code:text", words(random))]),
        ("Observation", [("subject:Patient._filter", "gender eq male")]),
        ("Patient", [("_has:Observation:subject:value-quantity", f"gt1|{v.UCUM}|g/L")]),
        ("Observation", [("subject:Patient._list", "p0")]),
        ("Patient", [("_has:Encounter:subject:location:below", f"Location/p{random.randrange(6)}")]),
        ("Encounter", [("location.near", "42.36|-71.06|100")]),
        ("Patient", [("_has:Observation:subject:_has:Observation:has-member:code:below", f"{v.SNOMED}|10")]),
        ("Patient", [("_has:Encounter:patient:_has:Encounter:part-of:location.near", "42.36|-71.06|3000|km")]),
    ])  # fmt: skip


CELLS: dict[str, Maker] = {
    **{f"quantity ucum {p or 'none'}": asked_amount(p, "value-quantity") for p in ("", *PREFIXES)},
    **{f"composite ucum {p or 'none'}": asked_amount(p, "combo-code-value-quantity") for p in ("ne", "gt", "lt")},
    "token :text": beside,
    **{f"token :{modifier}": concept(modifier) for modifier in ("in", "not-in", "above", "below")},
    **{f"uri :{modifier}": url(modifier) for modifier in ("above", "below")},
    **{f"canonical :{modifier}": canonical(modifier) for modifier in ("above", "below")},
    **{f"reference :{modifier}": hierarchy(modifier) for modifier in ("above", "below")},
    "near": near,
    "_list": listed,
    **{name: text(name) for name in ("_text", "_content")},
    **{f"_filter {form}": filtered(form) for form in ("term", "and", "or", "not", "mixed")},
    **{form: included(form) for form in ("_include *", "_revinclude *", "_include:iterate", "_revinclude:iterate")},
    "at the end of a chain": chained,
}
