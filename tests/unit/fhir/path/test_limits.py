"""Hostile expressions end in an error, soon, and with little memory."""

from __future__ import annotations

from typing import Any

import pytest

from osler.core.errors import Invalid, TooCostly
from osler.fhir.path import Environment, compile_path

TREE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "item": [{"linkId": f"{n}", "item": [{"linkId": f"{n}.{m}"} for m in range(20)]} for n in range(20)],
}


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "a." * 4900 + "a",
        "1" + "+1" * 4900,
        "-" * 9000 + "1",
        "not(" * 500,
        "a[" * 500 + "0" + "]" * 500,
        "x" * 10_001,
    ],
)
def test_an_expression_has_a_size_and_a_depth(expression: str):
    with pytest.raises(Invalid):
        compile_path(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(1).repeat($this + 1)",
        "'a'.repeat($this + 'a')",
        "1.repeatAll($this)",
        "(1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20).aggregate($total.combine($total), 1)",
        "descendants().where(%resource.descendants().where(%resource.descendants().exists()).exists())",
        "descendants().select(%resource.descendants().select(%resource = $this)).count()",
    ],
)
def test_an_evaluation_has_so_much_work(expression: str):
    with pytest.raises(TooCostly):
        compile_path(expression).evaluate(TREE, Environment(steps=50_000))


@pytest.mark.parametrize("double", ["$total & $total", "$total + $total", "$total.replace('a', 'aaaa')"])
def test_texts_do_not_grow_without_end(double: str):
    numbers = "|".join(map(str, range(40)))
    with pytest.raises((Invalid, TooCostly)):
        compile_path(f"({numbers}).aggregate({double}, 'aaaa')").evaluate(None)


@pytest.mark.parametrize(
    "expression",
    [
        "2.power(1000000)",
        "2.5.power(1000000)",
        "9.exp().exp().exp()",
        "@9999-12-31 + 1 day",
        "@0001-01-01 - 1 month",
        "@2014-01-01 + 99999999999999999999 days",
        "1 'nonsense' * 2 'm'",
    ],
)
def test_what_is_out_of_all_measure_is_empty(expression: str):
    assert compile_path(expression).evaluate(None) == []


def test_the_limit_is_for_each_evaluation():
    env = Environment(steps=5_000)
    path = compile_path("descendants().count()")
    assert path.evaluate(TREE, env) == path.evaluate(TREE, env) == [840]


@pytest.mark.parametrize("name", ["telecom", "contact.telecom"])
def test_a_long_list_that_is_read_for_each_of_its_items_is_too_costly(name: str):
    telecom = [{"value": str(each)} for each in range(5_000)]
    patient = {"resourceType": "Patient", "telecom": telecom, "contact": [{"telecom": telecom}, {"telecom": telecom}]}
    with pytest.raises(TooCostly):
        compile_path(f"telecom.where(%resource.{name}.empty())").evaluate(patient)


def test_a_recursion_too_deep_for_python_is_too_costly(monkeypatch: pytest.MonkeyPatch):
    path = compile_path("a")

    def never_ends(*_: object) -> list[Any]:
        return never_ends()

    monkeypatch.setitem(path.__dict__, "_strict", path._lenient._replace(items=never_ends))
    with pytest.raises(TooCostly):
        path.evaluate(TREE)
