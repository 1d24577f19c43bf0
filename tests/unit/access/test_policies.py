"""Policies are read strictly, and compiled for one actor and purpose they open nothing that no rule opens."""

from __future__ import annotations

import pytest

from osler.access.actors import SYSTEM, Actor, Purpose
from osler.access.compile import compile_policies, default_purpose, granted_permissions, visibility_for
from osler.access.labels import SENSITIVE, WITHHELD_BY_DEFAULT
from osler.access.permissions import Permission
from osler.access.policies import load_policy, policy_of
from osler.access.roles import ROLE_NAMES, STAFF_ROLES, add_roles, built_in_roles, role, staff_roles
from osler.access.type_groups import known_types, type_groups
from osler.core.errors import Forbidden, Invalid
from osler.fhir.definitions import definitions

POLICY = """
name = "p"
title = "P"
purposes = ["TREAT"]
permissions = ["chart.read"]
reveals = ["hiv"]
[[rules]]
allow = ["view"]
types = ["Observation"]
"""


def policy(rules: str = "", **changes):
    return load_policy(POLICY.replace('types = ["Observation"]', 'types = ["Observation"]\n' + rules))


def actor(*roles: str, **changes) -> Actor:
    return Actor(**{"id": "a", "kind": "user", "display": "A", "roles": roles} | changes)


def opens(visibility, interaction: str, type_: str) -> bool:
    return any(interaction in rule.interactions and type_ in (rule.types or {type_}) for rule in visibility.rules)


# Reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["view"]', '["see"]'),
        ('["view"]', "[]"),
        ('["view"]', '"view"'),
        ('["Observation"]', '["Observations"]'),
        ('["Observation"]', '["@nothing"]'),
        ('["Observation"]', "[]"),
        ('["TREAT"]', '["FUN"]'),
        ('["chart.read"]', '["chart.burn"]'),
        ('["hiv"]', '["flu"]'),
        ('name = "p"', "name = 1"),
        ('title = "P"', ""),
        ("allow", "allows"),
        ("[[rules]]", "[[rule]]"),
        ("[[rules]]", "[[rules"),
        ('types = ["Observation"]', 'types = ["Observation"]\npanel = "{actor.mother}"'),
        ('types = ["Observation"]', 'types = ["Observation"]\npatients = ["{me}"]'),
        ('types = ["Observation"]', 'types = ["Observation"]\nwhere = ["category"]'),
        ('types = ["Observation"]', 'types = ["Observation"]\nwhere = ["category:not=x"]'),
    ],
)
def test_a_slip_of_the_pen_is_refused(before, after):
    load_policy(POLICY)
    with pytest.raises(Invalid):
        load_policy(POLICY.replace(before, after))


def test_policies_are_also_read_from_json():
    rule = {"allow": ["edit", "delete"], "types": ["*"], "except": ["Patient"], "sites": "all", "hidden": ["List.note"]}
    found = policy_of({"name": "p", "title": "P", "rules": [rule]}).rules[0]
    assert found.interactions == {"create", "update", "delete"}
    assert found.types == known_types() - {"Patient"}
    assert found.sites is None


def test_the_groups_hold_every_resource_type_once():
    grouped = [type_ for group in type_groups().values() for type_ in group]
    abstract = {"Resource", "DomainResource"}
    assert sorted(grouped) == sorted(definitions().resource_types - abstract)


# Compiling ----------------------------------------------------------------------------------------------------------


def test_a_purpose_that_no_policy_serves_is_refused():
    with pytest.raises(Forbidden):
        compile_policies([policy()], actor(), Purpose.PAYMENT)
    with pytest.raises(Forbidden):
        visibility_for(actor(), Purpose.TREATMENT)
    with pytest.raises(Forbidden):
        default_purpose(actor())


def test_a_policy_for_another_purpose_adds_neither_rules_nor_labels():
    visibility = visibility_for(actor("biller", "physician"), Purpose.PAYMENT)
    assert not opens(visibility, "read", "Observation")
    assert visibility.withheld == WITHHELD_BY_DEFAULT
    treating = visibility_for(actor("biller", "physician"), Purpose.TREATMENT)
    assert opens(treating, "read", "Observation")
    assert not opens(treating, "read", "Claim")


def test_sites_are_the_actors_all_when_not_confined_none_when_empty():
    rule = policy().rules[0]
    assert rule.sites == ("{actor.sites}",)
    sites = {None: None, frozenset(): frozenset(), frozenset("s"): frozenset("s")}
    for given, expected in sites.items():
        assert compile_policies([policy()], actor(sites=given), Purpose.TREATMENT).rules[0].sites == expected


def test_fixed_sites_are_kept_beside_the_actors():
    both = policy('sites = ["{actor.sites}", "hq"]')
    assert compile_policies([both], actor(sites=frozenset("s")), Purpose.TREATMENT).rules[0].sites == {"s", "hq"}
    assert compile_policies([policy('sites = ["hq"]')], actor(), Purpose.TREATMENT).rules[0].sites == {"hq"}


def test_a_panel_without_a_practitioner_opens_nothing():
    panel = policy('panel = "{actor.practitioner}"')
    assert compile_policies([panel], actor(), Purpose.TREATMENT).rules == ()
    assert compile_policies([panel], actor(practitioner="pr"), Purpose.TREATMENT).rules[0].panel == "pr"


def test_a_patient_variable_without_a_patient_opens_no_patient():
    own = policy('patients = ["{patient}"]')
    assert compile_policies([own], actor(), Purpose.TREATMENT).rules[0].patients == frozenset()
    assert compile_policies([own], actor(patient="me"), Purpose.TREATMENT).rules[0].patients == {"me"}


def test_filters_become_alternatives_that_must_all_hold():
    rule = policy(r'where = ["category=s|a,s|b", "code=x\\,y"]').rules[0]
    visibility = compile_policies([policy(r'where = ["category=s|a,s|b", "code=x\\,y"]')], actor(), Purpose.TREATMENT)
    assert len(rule.where) == 2
    assert visibility.rules[0].tokens == (("category=s|a", "category=s|b"), ("code=x,y",))


def test_hiding_an_element_hides_the_narrative_that_repeats_it():
    visibility = compile_policies([policy('hidden = ["Observation.note"]')], actor(), Purpose.TREATMENT)
    assert visibility.rules[0].hidden == {"Observation.note", "Observation.text"}


def test_labels_are_withheld_unless_revealed_for_the_purpose():
    withheld = compile_policies([policy()], actor(), Purpose.TREATMENT).withheld
    assert withheld == WITHHELD_BY_DEFAULT - {SENSITIVE["hiv"]}


def test_breaking_the_glass_is_only_for_an_actor_to_whom_it_was_given():
    doctor = actor("physician", practitioner="pr")
    with pytest.raises(Forbidden):
        visibility_for(doctor, Purpose.EMERGENCY)
    broken = actor("physician", purposes=frozenset((Purpose.EMERGENCY,)))
    assert visibility_for(broken, Purpose.EMERGENCY).withheld == frozenset()
    with pytest.raises(Forbidden):
        visibility_for(actor("front_desk", purposes=frozenset((Purpose.EMERGENCY,))), Purpose.EMERGENCY)


def test_breaking_the_glass_looks_beyond_the_panel_but_not_beyond_the_types():
    panel = policy('panel = "{actor.practitioner}"')
    broken = actor(practitioner="pr", purposes=frozenset((Purpose.EMERGENCY,)))
    rules = compile_policies([panel], broken, Purpose.EMERGENCY).rules
    assert [(rule.panel, rule.types) for rule in rules] == [(None, frozenset(("Observation",)))]


# Scopes -------------------------------------------------------------------------------------------------------------


def client(*scopes: str, roles: tuple[str, ...] = ("client",), **changes) -> Actor:
    return Actor(**{"id": "c", "kind": "client", "display": "C", "roles": roles, "scopes": scopes} | changes)


def test_scopes_narrow_what_the_role_gives():
    visibility = visibility_for(client("system/Observation.rs?category=x"), Purpose.TREATMENT)
    assert [rule.types for rule in visibility.rules] == [frozenset(("Observation",))]
    assert visibility.rules[0].tokens == (("category=x",),)
    assert not opens(visibility, "create", "Observation")
    everything = visibility_for(client("system/*.cruds"), Purpose.TREATMENT)
    assert opens(everything, "delete", "Patient")


def test_scopes_never_widen():
    narrow = client("system/*.cruds", roles=("auditor",))
    visibility = visibility_for(narrow, Purpose.AUDIT)
    assert not opens(visibility, "read", "Patient")
    assert opens(visibility, "read", "AuditEvent")
    assert visibility_for(client("system/Patient.r", roles=("auditor",)), Purpose.AUDIT).rules == ()


def test_no_scope_that_fits_opens_nothing():
    assert visibility_for(client(), Purpose.TREATMENT).rules == ()
    assert visibility_for(client("user/*.cruds"), Purpose.TREATMENT).rules == ()
    person = actor("physician", scopes=("system/*.cruds",))
    assert visibility_for(person, Purpose.TREATMENT).rules == ()
    assert visibility_for(actor("physician", scopes=("user/*.rs",)), Purpose.TREATMENT).rules


def test_a_patient_scope_is_for_the_one_patient():
    visibility = visibility_for(client("patient/Observation.rs", patient="me"), Purpose.TREATMENT)
    assert [rule.patients for rule in visibility.rules] == [frozenset(("me",))]
    assert visibility_for(client("patient/Observation.rs"), Purpose.TREATMENT).rules == ()


# Roles --------------------------------------------------------------------------------------------------------------

CLINICAL = ("Observation", "Condition", "DiagnosticReport", "DocumentReference", "MedicationRequest", "Composition")


@pytest.mark.parametrize("name", ["front_desk", "biller", "auditor", "administrator"])
@pytest.mark.parametrize("type_", ["Observation", "DiagnosticReport", "DocumentReference", "Composition", "Binary"])
def test_who_does_not_treat_reads_no_notes_and_no_results(name, type_):
    visibility = visibility_for(actor(name), default_purpose(actor(name)))
    assert not any(
        opens(visibility, interaction, type_) for interaction in ("read", "search", "history", "create", "update")
    )


@pytest.mark.parametrize("name", ["auditor", "administrator"])
def test_who_runs_or_checks_the_place_sees_no_patient(name):
    visibility = visibility_for(actor(name), default_purpose(actor(name)))
    assert not opens(visibility, "read", "Patient")
    assert not opens(visibility, "search", "Encounter")


def test_clinicians_read_what_they_treat_by_and_nurses_do_not_prescribe():
    doctor, nurse = (visibility_for(actor(name), Purpose.TREATMENT) for name in ("physician", "nurse"))
    assert all(opens(doctor, "read", type_) and opens(nurse, "read", type_) for type_ in CLINICAL)
    assert opens(doctor, "create", "MedicationRequest")
    assert not opens(nurse, "create", "MedicationRequest")
    assert SENSITIVE["substance-use-part-2"] in doctor.withheld & nurse.withheld


def test_the_front_desk_does_not_learn_why_somebody_comes():
    visibility = visibility_for(actor("front_desk"), Purpose.OPERATIONS)
    hidden = frozenset[str]().union(*(rule.hidden for rule in visibility.rules))
    assert {"Appointment.reasonCode", "Encounter.reasonCode", "Encounter.diagnosis", "Encounter.text"} <= hidden


def test_nobody_but_the_system_and_clients_may_delete_what_is_clinical():
    for name in STAFF_ROLES:
        visibility = visibility_for(actor(name), default_purpose(actor(name)))
        assert not any(opens(visibility, "delete", type_) for type_ in CLINICAL)


def test_every_role_reads_and_what_it_reveals_to_staff_never_includes_very_restricted():
    assert set(built_in_roles()) == set(ROLE_NAMES)
    for name in STAFF_ROLES:
        assert SENSITIVE["very-restricted"] not in role(name).reveals
    with pytest.raises(Invalid):
        role("wizard")


def test_a_practice_adds_roles_of_its_own(tmp_path):
    own = POLICY.replace('"p"', '"lab_desk"')
    try:
        (tmp_path / "lab_desk.toml").write_text(own)
        assert add_roles(tmp_path) == ["lab_desk"]
        assert opens(visibility_for(actor("lab_desk"), Purpose.TREATMENT), "read", "Observation")
        assert "lab_desk" in staff_roles()
        for name, text in (
            ("wrong", own),
            ("nurse", own.replace("lab_desk", "nurse")),
            ("bad", "x"),
            ("latin", "\xff"),
        ):
            (tmp_path / f"{name}.toml").write_text(text, "latin-1")
            with pytest.raises(Invalid, match=name):
                add_roles(tmp_path)
            (tmp_path / f"{name}.toml").unlink()
        assert "lab_desk" in staff_roles()
    finally:
        assert add_roles(tmp_path / "nowhere") == []
    assert "lab_desk" not in staff_roles()


def test_permissions_follow_the_roles():
    assert Permission.AUDIT_READ in granted_permissions(actor("auditor"))
    assert Permission.CHART_READ not in granted_permissions(actor("auditor"))
    assert {Permission.BILLING_WRITE, Permission.CHART_READ} <= granted_permissions(actor("biller", "nurse"))
    assert granted_permissions(actor()) == frozenset()
    assert Permission.MAINTENANCE in granted_permissions(SYSTEM)


def test_hidden_paths_name_elements_that_exist():
    for policy_ in built_in_roles().values():
        for rule in policy_.rules:
            for path in rule.hidden:
                base, _, name = path.rpartition(".")
                assert _element(base, name), path


def _element(base: str, name: str) -> bool:
    type_, *inner = base.split(".")
    elements = definitions().elements(type_)
    for part in inner:
        elements = definitions().elements(elements[part].children)
    return name in elements
