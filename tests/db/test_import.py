"""`import` and `export`: everything sound goes in once, in any order, and comes out equal; the rest is named in a report."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import itertools
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from osler.access import bulk, workshop
from osler.access.house import House, open_house
from osler.core.errors import Invalid, Unavailable
from osler.core.settings import Settings
from osler.fhir import json
from osler.operations.migration import importing, reading
from osler.operations.migration.exporting import export_lines
from osler.operations.migration.importing import Summary, import_files
from osler.store.elsewhere import Whereabouts
from osler.store.embedded import Address
from tests.conftest import copied_database

ROOT = Path(__file__).parents[2]
NPI = "http://hl7.org/fhir/sid/us-npi"


@pytest.fixture(scope="module")
async def database(postgres: Address, template: str) -> AsyncIterator[Address]:
    async with copied_database(postgres, template) as address:
        yield address


@contextlib.asynccontextmanager
async def opened(database: Address, folder: Path) -> AsyncIterator[House]:
    settings = Settings(data_dir=folder, database_url=database.to_url(), base_url="http://osler.test")
    async with open_house(settings, database, sealing=False) as house:
        yield house


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
async def module_house(database: Address, data_dir: Path) -> AsyncIterator[House]:
    async with opened(database, data_dir) as house:
        yield house


@pytest.fixture
async def house(module_house: House) -> House:
    async with module_house.store.pool.connection() as conn:
        await conn.execute("TRUNCATE resource, strings, numbers, dates, refs, history, change, panel")
    return module_house


class Files:
    """A folder of files to load, and the load itself."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.report = folder.parent / f"{folder.name}-refused.ndjson"
        folder.mkdir(exist_ok=True)

    def put(self, name: str, *documents: Any) -> None:
        (self.folder / name).write_bytes(b"\n".join(json.encode(each) for each in documents))

    async def load(self, **more: Any) -> Summary:
        return await import_files(self.house.gate, [self.folder], refusals=self.report, **more)

    def refused(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(line) for line in self.report.read_bytes().splitlines()]

    async def ask(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        async with self.house.store.pool.connection() as conn:
            return [tuple(row) for row in await conn.fetch(sql, *args)]

    async def held(self) -> dict[str, dict[str, Any]]:
        """Every current resource by `Type/id`."""
        return {each.reference: each.json() async for each in bulk.export(self.house.gate)}

    async def writes(self) -> int:
        return (await self.ask("SELECT count(*) FROM change"))[0][0]


@pytest.fixture
def files(house: House, tmp_path: Path) -> Files:
    return Files(house, tmp_path / "records")


def patient(id_: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id_} | more


def observation(id_: str, *about: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": "x"}}
    if about:
        made["hasMember"] = [{"reference": reference} for reference in about]
    return made | more


def practitioner(npi: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "identifier": [{"system": NPI, "value": npi}]} | more


def bundle(*entries: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def post(resource: dict[str, Any], full_url: str = "", condition: str = "") -> dict[str, Any]:
    request = {"method": "POST", "url": resource["resourceType"]} | ({"ifNoneExist": condition} if condition else {})
    return ({"fullUrl": full_url} if full_url else {}) | {"resource": resource, "request": request}


async def test_a_load_says_what_became_of_what_and_a_second_one_changes_nothing(files: Files):
    files.put("a.ndjson", patient("p"), observation("o", subject={"reference": "Patient/p"}))
    files.put("b.json", bundle(post(practitioner("1"), "urn:uuid:00000000-0000-4000-8000-000000000001")))
    heard: list[tuple[int, int]] = []
    first = await files.load(progress=lambda size, done: heard.append((size, done)))
    assert first.fates == {"Patient": {"created": 1}, "Observation": {"created": 1}, "Practitioner": {"created": 1}}
    assert (first.total, first.refused, first.refusals) == (3, 0, None)
    assert not files.report.exists()
    assert sum(size for size, _ in heard) == sum(file.stat().st_size for file in files.folder.iterdir())
    assert heard[-1][1] == 3
    again = await files.load()
    assert again.fates == {name: {"unchanged": 1} for name in first.fates}
    assert await files.writes() == 3
    files.put("a.ndjson", patient("p", gender="female"), observation("o", subject={"reference": "Patient/p"}))
    assert (await files.load()).fates["Patient"] == {"updated": 1}
    assert await files.writes() == 4


async def test_a_long_bundle_tells_how_far_it_is_and_its_parts_find_each_other(files: Files, monkeypatch):
    monkeypatch.setattr(importing, "_ROUND", 4)
    ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(10)]
    about = [f"urn:uuid:{id_}" for id_ in ids[1:] + ids[:1]]  # a circle through all the parts
    entries = [post(observation(id_, other), f"urn:uuid:{id_}") for id_, other in zip(ids, about, strict=True)]
    files.put("a.json", bundle(*entries))
    heard: list[int] = []
    summary = await files.load(progress=lambda size, _: heard.append(size))
    whole = (files.folder / "a.json").stat().st_size
    assert heard[:3] == [whole * 4 // 10, whole * 8 // 10 - whole * 4 // 10, whole - whole * 8 // 10]
    assert not any(heard[3:])
    assert summary.fates == {"Observation": {"created": 10}}
    held = await files.held()
    assert all(held[f"Observation/{ids[n]}"]["hasMember"] == [{"reference": f"Observation/{ids[(n + 1) % 10]}"}]
               for n in range(10))  # fmt: skip


async def test_what_was_deleted_since_comes_back(files: Files):
    files.put("a.json", patient("p"))
    await files.load()
    await files.house.gate.write(importing.SYSTEM, lambda r: r.delete("Patient", "p"), action=bulk.Action.DELETE)
    assert (await files.load()).fates == {"Patient": {"updated": 1}}
    assert (await files.held())["Patient/p"]["meta"]["versionId"] == "3"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_references_across_files_wait_for_each_other_in_any_order(files: Files, order, monkeypatch):
    monkeypatch.setattr(importing, "_LEARN", 1)
    chain = [patient("p"), observation("o1", subject={"reference": "Patient/p"}), observation("o2", "Observation/o1")]
    for name, n in zip("abc", order, strict=True):
        files.put(f"{name}.ndjson", chain[n])
    summary = await files.load()
    assert (summary.total, summary.refused) == (3, 0)
    assert set(await files.held()) == {"Patient/p", "Observation/o1", "Observation/o2"}
    assert await files.writes() == 3


@pytest.mark.parametrize("round_", [1, 2, 100])
async def test_circles_across_files_go_in_together(files: Files, round_, monkeypatch):
    monkeypatch.setattr(importing, "_ROUND", round_)
    size = 5
    for n in range(size):
        files.put(f"{n}.json", observation(f"o{n}", f"Observation/o{(n + 1) % size}"))
    files.put("9.json", observation("tail", "Observation/o0"))
    summary = await files.load()
    assert summary.fates == {"Observation": {"created": size + 1}}


async def test_what_never_comes_is_refused_with_all_that_needs_it(files: Files):
    files.put("a.ndjson", observation("o1", "Observation/none"), observation("o2", "Observation/o1"), observation("o3"))
    files.put("b.json", observation("o4", "Observation/o2", "Observation/o3"))
    summary = await files.load()
    assert summary.fates == {"Observation": {"created": 1, "refused": 3}}
    assert summary.refusals == files.report
    assert {(each["id"], each["faults"][0]["code"]) for each in files.refused()} == {
        (f"o{n}", "not-found") for n in (1, 2, 4)
    }
    files.put("c.json", observation("none"))
    assert (await files.load()).fates == {"Observation": {"created": 4, "unchanged": 1}}


async def test_the_report_says_where_and_why_and_never_the_data(files: Files):
    files.put("a.ndjson", patient("p", gender=["SECRET"], birthDate="SECRET"), patient("q"), {"resourceType": "SECRET"})
    (files.folder / "b.json").write_bytes(b'{"resourceType":"Patient","SECRET')
    (files.folder / "c.ndjson.gz").write_bytes(gzip.compress(b'{"resourceType":"Patient","id":"r"}\n' * 3)[:-12])
    files.report.write_text("of an earlier load")
    files.report.chmod(0o644)
    summary = await files.load()
    assert summary.fates["Patient"]["refused"] == 1
    assert summary.fates["(unreadable)"]["refused"] == 3
    places = {(each["place"], each["type"], each["id"]): each["faults"] for each in files.refused()}
    assert set(places) == {
        ("records/a.ndjson:1", "Patient", "p"), ("records/a.ndjson:3", "(unreadable)", ""),
        ("records/b.json", "(unreadable)", ""), ("records/c.ndjson.gz", "(unreadable)", ""),
    }  # fmt: skip
    assert {fault["path"] for fault in places["records/a.ndjson:1", "Patient", "p"]} == {
        "Patient.gender",
        "Patient.birthDate",
    }
    assert "SECRET" not in files.report.read_text()
    assert stat.S_IMODE(files.report.stat().st_mode) == 0o600


@pytest.mark.parametrize("meta", ["text", [], 5, {"tag": "x"}])
async def test_a_resource_of_the_wrong_shape_is_refused_and_stops_nothing(files: Files, meta):
    files.put("a.ndjson", patient("p", meta=meta), patient("q"))
    assert (await files.load()).fates == {"Patient": {"created": 1, "refused": 1}}


async def test_conditional_references_and_creates_over_several_files_lead_to_one_resource(files: Files):
    who = f"Practitioner?identifier={NPI}|7"
    asks = [
        post(observation("", performer=[{"reference": who}]), f"urn:uuid:00000000-0000-4000-8000-00000000010{n}")
        for n in range(3)
    ]
    for ask in asks:
        del ask["resource"]["id"]
    offers = [
        post(practitioner("7"), f"urn:uuid:00000000-0000-4000-8000-00000000020{n}", f"identifier={NPI}|7")
        for n in range(4)
    ]
    files.put("a.json", bundle(asks[0]))
    files.put("b.ndjson", bundle(offers[0], asks[1]), bundle(offers[1]), bundle(offers[2]))
    files.put("c.json", bundle(asks[2], offers[3]))
    summary = await files.load()
    assert summary.fates == {"Observation": {"created": 3}, "Practitioner": {"created": 1, "unchanged": 3}}
    held = await files.held()
    (kept,) = (name for name in held if name.startswith("Practitioner/"))
    assert {each["performer"][0]["reference"] for name, each in held.items() if name.startswith("Observation/")} == {
        kept
    }
    assert (await files.load()).fates == {"Observation": {"unchanged": 3}, "Practitioner": {"unchanged": 4}}


async def test_a_condition_that_is_none_or_meets_several_refuses_only_its_own(files: Files):
    files.put("a.ndjson", practitioner("7", id="x"), practitioner("7", id="y"))
    files.put(
        "b.json",
        bundle(
            post(practitioner("7"), "", f"identifier={NPI}|7"),
            post(practitioner("8"), "", "nonsense=1"),
            post(practitioner("9")),
        ),
    )
    assert (await files.load()).fates == {"Practitioner": {"created": 3, "refused": 2}}


async def test_a_temporary_name_leads_to_the_same_resource_in_every_file(files: Files):
    uuid = "urn:uuid:00000000-0000-4000-8000-000000000009"
    bare = observation("o", subject={"reference": uuid}, valueQuantity={"value": 1})
    files.put("a.json", bundle(post(bare), post(observation("lost", "urn:uuid:00000000-0000-4000-8000-00000000dead"))))
    files.put("b.json", bundle(post({"resourceType": "Patient", "gender": "male"}, uuid)))
    summary = await files.load()
    assert summary.fates == {"Observation": {"created": 1, "refused": 1}, "Patient": {"created": 1}}
    assert (await files.held())["Observation/o"]["subject"] == {"reference": f"Patient/{uuid[9:]}"}


async def test_the_last_of_several_with_one_id_stays(files: Files):
    files.put("a.ndjson", patient("p", gender="male"), patient("p", gender="female"), patient("p", gender="other"))
    assert (await files.load()).fates == {"Patient": {"created": 1, "unchanged": 2}}
    assert (await files.held())["Patient/p"]["gender"] == "other"


async def test_one_that_cannot_be_stored_fails_alone(files: Files, monkeypatch):
    files.put("a.ndjson", *(patient(f"p{n}") for n in range(9)))
    sound = bulk.many.prepare_all
    told = {"p3": Invalid("no", path="Patient.name"), "p7": ValueError("quotes the SECRET")}

    async def prepare_all(store, drafts, updated):
        for draft in drafts:
            if draft.id in told:
                raise told[draft.id]
        return await sound(store, drafts, updated)

    monkeypatch.setattr(bulk.many, "prepare_all", prepare_all)
    assert (await files.load()).fates == {"Patient": {"created": 7, "refused": 2}}
    assert {each["id"]: each["faults"][0]["message"] for each in files.refused()} == {
        "p3": "no",
        "p7": "It cannot be stored (ValueError).",
    }
    assert await files.writes() == 7


async def test_a_database_that_goes_away_ends_the_load_and_is_not_the_resources_fault(files: Files, monkeypatch):
    files.put("a.ndjson", *(patient(f"p{n}") for n in range(3)))

    async def away(*_):
        raise Unavailable("away")

    monkeypatch.setattr(bulk.many, "prepare_all", away)
    with pytest.raises(Unavailable):
        await files.load()
    assert not files.report.exists()
    ended = await files.ask("SELECT text FROM audit_shape WHERE text = 'import fails'")
    assert ended == [("import fails",)]


async def test_a_load_that_was_stopped_is_finished_by_the_next(files: Files, monkeypatch):
    monkeypatch.setattr(importing, "_LEARN", 1)
    for n in range(6):
        files.put(
            f"{n}.ndjson", patient(f"p{n}"), observation(f"o{n}", subject={"reference": f"Patient/p{(n + 1) % 6}"})
        )

    def stop(size: int, done: int) -> None:
        if done > 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await files.load(progress=stop)
    before = await files.writes()
    assert 0 < before < 12
    summary = await files.load()
    assert sum(counts["created"] for counts in summary.fates.values()) == 12 - before
    assert await files.writes() == 12
    assert await files.ask("SELECT max(ver) FROM resource") == [(1,)]


async def test_every_batch_is_in_the_audit_and_both_ends_of_the_job(files: Files):
    files.put("a.ndjson", patient("p"), patient("q"))
    files.put("b.json", patient("r"))
    await files.ask("SELECT 1")
    since = (await files.ask("SELECT now()"))[0][0]
    await files.load()
    rows = await files.ask(
        "SELECT s.text, a.n FROM audit a JOIN audit_shape s ON s.id = a.what WHERE a.at >= $1 ORDER BY a.at, a.num",
        since,
    )
    assert sorted(rows) == [("bulk load", 1), ("bulk load", 2), ("import begins", 0), ("import ends", 3)]


async def test_what_is_exported_and_imported_elsewhere_is_equal_but_for_what_the_server_sets(
    files: Files, postgres, template, tmp_path
):
    files.put(
        "a.ndjson", patient("p", name=[{"family": "Strauß"}]), practitioner("1", id="d"),
        observation("o", "Observation/o", subject={"reference": "Patient/p"}, valueQuantity={"value": 1}),
    )  # fmt: skip
    line = b'{"resourceType":"Observation","id":"digits","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}'
    (files.folder / "b.json").write_bytes(line)
    await files.load()
    out = tmp_path / "out"
    counts = await export_lines(files.house.gate, out, None, io.BytesIO())
    assert counts == {"Patient": 1, "Practitioner": 1, "Observation": 2}
    assert sorted(file.name for file in out.iterdir()) == [
        "Observation.ndjson",
        "Patient.ndjson",
        "Practitioner.ndjson",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, *out.iterdir())} == {0o700, 0o600}
    async with copied_database(postgres, template) as other, opened(other, tmp_path / "other") as house:
        there = Files(house, out)
        summary = await there.load()
        assert (summary.total, summary.refused) == (4, 0)
        assert stripped(await there.held()) == stripped(await files.held())
    assert b'"value":1.10' in (out / "Observation.ndjson").read_bytes()


def stripped(held: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: json.encode(each | {"meta": {}}).decode() for name, each in held.items()}


async def test_an_export_to_a_stream_holds_only_the_types_asked_for(files: Files):
    files.put("a.ndjson", patient("p"), practitioner("1", id="d"), patient("q"))
    await files.load()
    stream = io.BytesIO()
    assert await export_lines(files.house.gate, None, ["Patient"], stream) == {"Patient": 2}
    assert [json.decode(line)["id"] for line in stream.getvalue().splitlines()] == ["p", "q"]
    with pytest.raises(Invalid):
        await export_lines(files.house.gate, None, ["Nothing"], stream)


def osler(*words: str, database: Address, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "OSLER_DATABASE_URL": database.to_url(), "OSLER_DATA_DIR": str(folder / "data")}
    words = (sys.executable, "-c", "from osler.interfaces.cli.main import main; main()", *words)
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, timeout=240, check=False)


@pytest.mark.slow
def test_the_command_line_says_by_its_exit_whether_anything_was_refused(fresh_database: Address, tmp_path: Path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(json.encode(patient("p")))
    bad.write_bytes(json.encode(observation("o", "Observation/none")))
    done = osler("import", str(good), database=fresh_database, folder=tmp_path)
    assert (done.returncode, b"Patient" in done.stdout) == (0, True), done.stderr
    assert not (tmp_path / "import-refused.ndjson").exists()
    done = osler("import", str(good), str(bad), database=fresh_database, folder=tmp_path)
    assert done.returncode == 1
    assert b"1 refused; why is in import-refused.ndjson" in done.stderr
    (line,) = (tmp_path / "import-refused.ndjson").read_bytes().splitlines()
    assert msgspec.json.decode(line)["place"] == "bad.json"
    done = osler("export", database=fresh_database, folder=tmp_path)
    assert done.returncode == 0
    assert [json.decode(line)["id"] for line in done.stdout.splitlines()] == ["p"]
    assert osler("import", str(tmp_path / "none"), database=fresh_database, folder=tmp_path).returncode not in (0, 1)
    token = osler(
        "token", "create", "--name", "N", "--scope", "system/*.cruds", database=fresh_database, folder=tmp_path
    )
    assert token.returncode == 0, token.stderr
    (word,) = token.stdout.split()
    assert len(word) > 20


async def test_other_processes_read_and_index_to_the_same_end(files: Files):
    """Rows made elsewhere are those made here; what only this process can do (a new site, a condition) is done here."""
    about = {"subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2025-03-01T10:00:00Z"}
    quantity = {"valueQuantity": {"value": 5.0, "system": "http://unitsofmeasure.org", "code": "mg"}}
    tag = {
        "tag": [{"system": "urn:osler:site", "code": "a-new-site"}],
        "security": [{"system": "urn:s", "code": "new"}],
    }
    bundle = {
        "resourceType": "Bundle", "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:0d6c7a7e-5a4e-4d83-9a5d-0d6c7a7e5a4e", "resource": patient("p2", birthDate="1970")},
            {"resource": observation("o3", subject={"reference": "urn:uuid:0d6c7a7e-5a4e-4d83-9a5d-0d6c7a7e5a4e"})},
        ],
    }  # fmt: skip
    files.put(
        "Patient.ndjson",
        patient("p1", name=[{"family": "Ito"}], meta=tag),
        patient("p3", meta=tag),
        patient("p4", birthday=1),
    )
    files.put(
        "Observation.ndjson",
        observation("o1", "Observation/o2", **about, **quantity),
        observation("o2", "Observation/o1", **about),
    )
    files.put("bundle.json", bundle)
    files.put(
        "Goal.ndjson",
        {
            "resourceType": "Goal",
            "id": "g",
            "lifecycleStatus": "active",
            "description": {"text": "x"},
            "subject": {"reference": "Patient/none"},
        },
    )
    columns = "self, pat, d_lo, d_hi, type, ver, long, id, pats, org, lab, tok"
    sides = ("strings", "numbers", "dates", "refs")
    ends: list[Any] = []
    for processes in (0, 2):
        await files.ask("TRUNCATE resource, strings, numbers, dates, refs, history, change, panel")
        summary = await files.load(processes=processes)
        rows = await files.ask(f"SELECT {columns} FROM resource ORDER BY type, id")
        counts = [await files.ask(f"SELECT count(*) FROM {side}") for side in sides]
        bodies = {name: {k: v for k, v in each.items() if k != "meta"} for name, each in (await files.held()).items()}
        ends.append((summary.fates, rows, counts, bodies, sorted(each["id"] for each in files.refused())))
    assert ends[0] == ends[1]
    assert ends[0][0]["Observation"] == {"created": 3}
    assert ends[0][0]["Patient"] == {"created": 3, "refused": 1}
    assert ends[0][0]["Goal"] == {"refused": 1}


async def test_of_one_id_in_two_files_the_last_stays_however_many_processes_read(files: Files, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 1)
    files.put("Patient.000.ndjson", *(patient(f"p{n}", gender="male") for n in range(4)))
    files.put("Patient.001.ndjson", *(patient(f"p{n}", gender="female") for n in range(4)))
    summary = await files.load(processes=2)
    assert summary.fates == {"Patient": {"created": 4, "updated": 4}}
    assert {each["gender"] for each in (await files.held()).values()} == {"female"}
    assert await files.ask("SELECT ver, count(*) FROM resource GROUP BY ver") == [(2, 4)]
    assert await files.ask("SELECT count(*), count(DISTINCT rid) FROM history") == [(4, 4)]


async def test_a_reference_by_a_condition_leads_to_what_another_process_read(files: Files):
    asks = {"subject": {"reference": "Patient?identifier=urn:mrn|7"}}
    files.put("Patient.ndjson", patient("p7", identifier=[{"system": "urn:mrn", "value": "7"}]))
    files.put("Observation.ndjson", observation("o", **asks), observation("none", "Patient?identifier=urn:mrn|8"))
    summary = await files.load(processes=2)
    assert summary.fates == {"Patient": {"created": 1}, "Observation": {"created": 1, "refused": 1}}
    assert (await files.held())["Observation/o"]["subject"] == {"reference": "Patient/p7"}


async def test_what_follows_others_has_their_columns_whoever_made_its_row(files: Files):
    """A Provenance belongs to the patient of its target: known only where the target is."""
    files.put("Patient.ndjson", patient("p"))
    files.put("Observation.ndjson", observation("o", subject={"reference": "Patient/p"}))
    about = {"target": [{"reference": "Observation/o"}], "recorded": "2026-01-01T00:00:00Z"}
    agent = {"agent": [{"who": {"display": "x"}}]}
    files.put("Provenance.ndjson", {"resourceType": "Provenance", "id": "v"} | about | agent)
    found: list[Any] = []
    for processes in (0, 2):
        await files.ask("TRUNCATE resource, strings, numbers, dates, refs, history, change, panel, follower")
        assert (await files.load(processes=processes)).refused == 0
        found.append(await files.ask("SELECT pat, pats, org, lab, tok FROM resource ORDER BY type, id"))
    assert found[0] == found[1]


@pytest.mark.slow
async def test_a_load_that_is_killed_within_a_batch_is_finished_by_the_next(
    files: Files, database: Address, data_dir: Path
):
    """The batch it is killed in is not there at all, those before it whole."""
    for type_ in ("Practitioner", "Patient", "Person"):
        files.put(f"{type_}.ndjson", *({"resourceType": type_, "id": f"{type_[:2]}{n}"} for n in range(40)))
    words = "from tests.db.test_import import load_until_killed; load_until_killed()"
    environment = {**os.environ, "LOADED": str(files.folder), "INTO": database.to_url(), "DATA": str(data_dir)}
    dying = await asyncio.create_subprocess_exec(sys.executable, "-c", words, env=environment, cwd=ROOT)
    await dying.wait()
    assert dying.returncode == -signal.SIGKILL
    assert await files.ask("SELECT count(*) FROM resource") == [(40,)]
    assert await files.writes() == 40
    summary = await files.load(processes=2)
    assert summary.fates["Practitioner"] == {"unchanged": 40}
    assert summary.fates["Patient"] == summary.fates["Person"] == {"created": 40}
    assert await files.ask("SELECT count(*), count(DISTINCT self), max(ver) FROM resource") == [(120, 120, 1)]
    assert await files.writes() == 120


def load_until_killed() -> None:
    """Loads a folder with two processes beside this one, and dies before the second batch is committed."""
    batches = itertools.count(1)
    sound = bulk.many.write_all

    async def write_all(*arguments: Any) -> None:
        await sound(*arguments)
        if next(batches) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    async def load() -> None:
        async with opened(Address(url=os.environ["INTO"]), Path(os.environ["DATA"])) as house:
            await Files(house, Path(os.environ["LOADED"])).load(processes=2)

    bulk.many.write_all = write_all
    asyncio.run(load())


async def test_a_helper_that_is_ended_from_outside_ends_the_load(files: Files, monkeypatch):
    files.put("Patient.ndjson", patient("p"))
    monkeypatch.setattr(importing, "_all_items", end_this_process)
    with pytest.raises(Unavailable):
        await files.load(processes=1)
    assert await files.held() == {}


async def test_helpers_that_do_not_get_into_the_database_say_so(files: Files, monkeypatch, tmp_path: Path):
    files.put("Patient.ndjson", patient("p"))
    nowhere = Whereabouts({"host": str(tmp_path), "user": "osler", "database": "osler"}, "")
    monkeypatch.setattr(workshop, "whereabouts", lambda _: nowhere)
    with pytest.raises(Unavailable, match="The database is away"):
        await files.load(processes=1)
    assert await files.held() == {}


def end_this_process(_: object) -> list[Any]:
    os._exit(9)
