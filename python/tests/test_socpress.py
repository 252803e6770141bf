"""The package as a script uses it, on the repository's sample and on folders that are changed in one respect."""

import dataclasses
import hashlib
import os
import pathlib
import shutil
import subprocess
import threading
import time

import pytest

import socpress

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "socpress"
SAMPLE = ROOT / "sample-data" / "type1-startup"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def clients(tmp_path):
    for name in ("alpha", "beta"):
        shutil.copytree(SAMPLE, tmp_path / "clients" / name)
    return tmp_path / "clients"


def spoil(folder):
    """Leaves the engagement without a name for its organization."""
    path = folder / "engagement.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count("[service_organization]\nname = ") == 1
    path.write_text(text.replace("[service_organization]\nname = ", "[service_organization]\nnam = "), encoding="utf-8")
    return text[: text.index("[service_organization]\nname = ")].count("\n") + 2


def test_check(clients):
    assert socpress.check(clients / "alpha").tally.errors == 0
    line = spoil(clients / "alpha")
    result = socpress.check(clients / "alpha")
    finding = next(finding for finding in result.findings if finding.rule == "INP-08")
    assert (finding.severity, finding.blocking) == ("error", True)
    assert finding.at == socpress.At(file="engagement.toml", line=line, column=1)
    assert "`name`" in finding.help
    assert result.tally.errors == sum(finding.severity == "error" for finding in result.findings)
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.rule = "X"
    assert not socpress.check(clients / "nowhere").readable


def test_build(clients, tmp_path):
    built = socpress.build(clients / "alpha", tmp_path / "out")
    assert built.built
    for output in built.outputs:
        path = tmp_path / "out" / output.name
        assert (output.sha256, output.bytes) == (sha256(path), path.stat().st_size)
    report = next(output for output in built.outputs if output.role == "report")
    info = subprocess.run(["pdfinfo", tmp_path / "out" / report.name], check=True, capture_output=True, text=True).stdout
    assert report.pages == int(info.split("Pages:")[1].split()[0])
    matrix = socpress.build(clients / "alpha", tmp_path / "out", document="matrix")
    assert [output.role for output in matrix.outputs] == ["matrix"]
    with pytest.raises(ValueError, match="matrix"):
        socpress.build(clients / "alpha", tmp_path / "out", document="matrx")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot write"):
        socpress.build(clients / "alpha", tmp_path / "file")
    spoil(clients / "alpha")
    refused = socpress.build(clients / "alpha", tmp_path / "none")
    assert not refused.built and refused.outputs == () and not (tmp_path / "none").exists()


def test_the_bytes_are_those_of_the_program(clients, tmp_path):
    subprocess.run([PROGRAM, "--quiet", "build", clients / "alpha", "-o", tmp_path / "program"], check=True)
    socpress.build(clients / "alpha", tmp_path / "package")
    names = sorted(path.name for path in (tmp_path / "program").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "package").iterdir())
    for name in names:
        assert sha256(tmp_path / "program" / name) == sha256(tmp_path / "package" / name), name


def test_bulk(clients, tmp_path):
    told = []
    summary = socpress.bulk(clients, tmp_path / "out", on_job=lambda job, done, jobs: told.append((job.name, done, jobs)))
    assert summary.succeeded and summary.planned == 2
    assert [job.name for job in summary.jobs] == ["alpha", "beta"]
    assert sorted(name for name, _, _ in told) == ["alpha", "beta"]
    assert [(done, jobs) for _, done, jobs in told] == [(1, 2), (2, 2)]
    socpress.build(clients / "alpha", tmp_path / "alone")
    for output in summary.jobs[0].outputs:
        assert output.sha256 == sha256(tmp_path / "out" / "alpha" / output.name) == sha256(tmp_path / "alone" / output.name)
    again = socpress.bulk([str(clients)], str(tmp_path / "out"))
    assert [job.outcome for job in again.jobs] == ["unchanged", "unchanged"]
    spoil(clients / "beta")
    partly = socpress.bulk([clients], tmp_path / "out")
    assert [job.outcome for job in partly.jobs] == ["unchanged", "refused"]
    assert not partly.succeeded and partly.jobs[1].findings[0].severity == "error"
    assert "clients/beta/" in partly.jobs[1].findings[0].at.file
    assert partly.jobs[1].earlier_outputs and not partly.jobs[0].earlier_outputs


def test_copies(clients, tmp_path):
    plan = tmp_path / "plan.jsonl"
    plan.write_text('{"engagement": "clients/alpha", "recipient": "Bluebird Bank"}\n', encoding="utf-8")
    summary = socpress.bulk(plan, tmp_path / "out")
    assert summary.jobs[0].copy == socpress.Copy(recipient="Bluebird Bank", serial="0001")


def test_a_bad_plan(clients, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("engagement,document\nclients/alpha,reprot\n", encoding="utf-8")
    with pytest.raises(socpress.PlanError) as raised:
        socpress.bulk(plan, tmp_path / "out")
    (finding,) = raised.value.findings
    assert finding.at == socpress.At(file=str(plan), line=2, column=15)
    assert not (tmp_path / "out").exists()
    with pytest.raises(ValueError, match="counted from 1"):
        socpress.bulk(clients, tmp_path / "out", shard="5/4")


def test_a_fault_of_a_worker_is_its_own(clients, tmp_path, monkeypatch):
    monkeypatch.setenv("SOCPRESS_WORKER_FAULT", "abort:beta")
    summary = socpress.bulk(clients, tmp_path / "out")
    assert [job.outcome for job in summary.jobs] == ["built", "crashed"]
    monkeypatch.setenv("SOCPRESS_WORKER_FAULT", "hang:beta")
    summary = socpress.bulk(clients, tmp_path / "out", time_limit=3)
    assert [job.outcome for job in summary.jobs] == ["unchanged", "timed-out"]


def test_an_exception_of_the_caller_ends_the_batch(clients, tmp_path):
    for name in ("gamma", "delta", "zeta"):
        shutil.copytree(SAMPLE, clients / name)

    def tell(job, done, jobs):
        raise RuntimeError(f"enough after {done}")

    with pytest.raises(RuntimeError, match="enough after 1"):
        socpress.bulk(clients, tmp_path / "out", workers=1, on_job=tell)
    # The next one may have begun meanwhile; the last one has not.
    assert (tmp_path / "out" / "alpha" / "report.pdf").is_file()
    assert not (tmp_path / "out" / "zeta").exists()


def test_the_lock_of_the_interpreter_is_released(clients, tmp_path):
    ticks = 0
    over = threading.Event()

    def count():
        nonlocal ticks
        while not over.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        time.sleep(0.05)
        before = ticks
        socpress.build(clients / "alpha", tmp_path / "out")
        during = ticks - before
    finally:
        over.set()
        thread.join()
    # It would stand still otherwise.
    assert during > 20
