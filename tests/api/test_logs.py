"""No log line, error or metric holds a word of a patient's data, whatever is asked and whatever goes wrong."""

from __future__ import annotations

import io
import logging

import pytest

from osler.core.log import configure
from tests.api.conftest import Api, bundle, entry, observation, patient

MARK, NAME = "Zyxomark", "Wuvoname"
"""A value, and a name where the standard has names: a refusal may repeat the second to whoever sent it."""


@pytest.fixture
def lines():
    """Everything that this process logs, as it would be written."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure("DEBUG", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


async def ask_everything(api: Api) -> list:
    marked = patient(name=[{"family": MARK}], identifier=[{"system": "urn:x", "value": MARK}], address=[{"text": MARK}])
    made = await api.made(marked)
    path = f"Patient/{made['id']}"
    answers = [
        await api.get(f"Patient?name={MARK}"),
        await api.get(f"Patient?{NAME}={MARK}"),
        await api.get(f"Patient?name:{NAME}={MARK}"),
        await api.get(f"Patient?birthdate={MARK}"),
        await api.get(f"Patient?{NAME}={MARK}", prefer="handling=lenient"),
        await api.get(f"Patient/{MARK}"),
        await api.get(f"Patient/{MARK}%20{MARK}"),
        await api.get(f"{MARK}/{MARK}"),
        await api.get(f"{path}/_history/{MARK}"),
        await api.get(f"_history?_since={MARK}"),
        await api.get(f"{path}/$everything?start={MARK}"),
        await api.post("Patient", f'{{"resourceType":"Patient","name":"{MARK}" {MARK}'.encode()),
        await api.post("Patient", marked | {"active": MARK}),
        await api.post("Patient", marked | {"birthDate": MARK, "gender": 1}),
        await api.post("Patient", marked | {NAME: MARK}),
        await api.post("Patient", marked, if_none_exist=f"identifier={MARK}"),
        await api.post("Patient", marked),
        await api.post("Patient", marked, if_none_exist=f"identifier={MARK}"),
        await api.post("Observation", observation(f"Patient/{MARK}")),
        await api.put(path, made, if_match=MARK),
        await api.put(path, made, if_match='W/"9"'),
        await api.ask("PATCH", path, [{"op": "test", "path": f"/{MARK}", "value": MARK}],
                      content_type="application/json-patch+json"),
        await api.post("", bundle("transaction", entry("PUT", f"Patient/{MARK}", marked))),
        await api.post("", bundle("transaction", entry("POST", "Observation", observation(f"Patient?identifier={MARK}")))),
        await api.post("", bundle("batch", entry("GET", f"Patient?name={MARK}&{NAME}=1"), entry("GET", MARK))),
        await api.ask("DELETE", f"Patient?identifier={MARK}"),
        await api.get(path, authorization=f"Bearer {MARK}"),
    ]  # fmt: skip
    assert not [answer for answer in answers if answer.status_code >= 500]
    return answers


def told(answers: list) -> str:
    """What the refusals say; a search's own link repeats what was asked, and that is meant."""
    return "\n".join(a.text for a in answers if a.status_code >= 400)


async def test_nothing_of_a_patient_is_logged_or_told_in_a_refusal(api: Api, lines: io.StringIO):
    answers = await ask_everything(api)
    assert MARK not in told(answers)
    metrics = (await api.http.get("http://osler.test/metrics")).text
    shapes = " ".join(what for what, *_ in await api.audited())
    for word in (MARK, NAME):
        assert word not in lines.getvalue() + metrics + shapes


async def test_nor_when_the_store_fails_with_its_values_in_hand(api: Api, lines: io.StringIO, monkeypatch):
    async def fail(*_args: object, **_named: object) -> None:
        raise ValueError(f"{MARK} is in here")

    monkeypatch.setattr("osler.store.read.find_current", fail)
    monkeypatch.setattr("osler.store.write.insert", fail)
    answers = [await api.get("Patient/1"), await api.post("Patient", patient(name=[{"family": MARK}]))]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert MARK not in told(answers)
    logged = lines.getvalue()
    assert "A request failed unexpectedly" in logged
    assert MARK not in logged
