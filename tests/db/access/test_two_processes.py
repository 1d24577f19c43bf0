"""Two processes on one database: what one writes, the other finds, also when the name of a parameter was new."""

from __future__ import annotations

from decimal import Decimal

from osler.access.ask import ask
from osler.access.audit.entry import Action
from osler.access.gate import Gate
from osler.store.store import open_store
from tests.db.access.test_gate_audit import CLIENT

FOUND = (
    ({"resourceType": "Patient", "name": [{"family": "Nightingale"}], "birthDate": "1820-05-12"},
     ({"name": "night"}, {"family": "Nightingale"}, {"birthdate": "1820-05-12"})),
    ({"resourceType": "RiskAssessment", "status": "final", "subject": {"display": "herd"},
      "prediction": [{"probabilityDecimal": Decimal("0.5")}]}, ({"probability": "0.5"},)),
)  # fmt: skip


async def test_a_process_that_started_first_finds_what_another_wrote_later(database, log, clock):
    first, second = [await open_store(database.connect_args(), size=2) for _ in range(2)]
    reader, writer = Gate(first, log, clock), Gate(second, log, clock)
    for resource, questions in FOUND:
        stored = await writer.write(CLIENT, lambda records, it=resource: records.create(it), action=Action.CREATE)
        for question in questions:
            async with reader.reading(CLIENT, action=Action.SEARCH) as records:
                found = await ask(records, resource["resourceType"], **question)
            assert [each.id for each in found] == [stored.id], question
    await first.close()
    await second.close()
