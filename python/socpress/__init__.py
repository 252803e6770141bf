"""socpress: the finished SOC 2 report and its evidence package from an attestation engagement's data."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from . import _socpress
from ._socpress import __version__

__all__ = [
    "At",
    "Build",
    "Check",
    "Copy",
    "Finding",
    "Job",
    "Output",
    "PlanError",
    "Problem",
    "Summary",
    "Tally",
    "__version__",
    "build",
    "bulk",
    "check",
]

PathLike = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class At:
    """Where something stands: line and column of a text, or sheet and cell of a workbook."""

    file: str
    line: Optional[int] = None
    column: Optional[int] = None
    sheet: Optional[str] = None
    cell: Optional[str] = None


@dataclass(frozen=True)
class Tally:
    """How many findings there are of each severity."""

    errors: int
    warnings: int
    notes: int


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and how to mend it."""

    rule: str
    severity: str
    message: str
    blocking: bool
    at: Optional[At] = None
    help: Optional[str] = None
    related: tuple[tuple[str, At], ...] = ()


@dataclass(frozen=True)
class Check:
    """What `check` found. `readable` is false when there is no engagement to read."""

    readable: bool
    tally: Tally
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Output:
    """A file that was made."""

    name: str
    role: str
    sha256: str
    bytes: int
    pages: Optional[int] = None


@dataclass(frozen=True)
class Build:
    """What `build` made. Nothing was written if `built` is false; the findings say why."""

    built: bool
    outputs: tuple[Output, ...]
    tally: Tally
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Copy:
    """Whose copy, and which."""

    recipient: str
    serial: str


@dataclass(frozen=True)
class Problem:
    """A finding that kept a job from being made."""

    rule: str
    severity: str
    message: str
    #: The file with its whole path.
    at: Optional[At] = None
    help: Optional[str] = None


@dataclass(frozen=True)
class Job:
    """A job of a batch and what became of it."""

    number: int
    name: str
    engagement: str
    document: str
    outcome: str
    tally: Tally
    pages: int
    seconds: float
    message: Optional[str] = None
    memory_kib: Optional[int] = None
    #: It was not made, and what an earlier run made still lies there.
    earlier_outputs: bool = False
    copy: Optional[Copy] = None
    findings: tuple[Problem, ...] = ()
    outputs: tuple[Output, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the outputs are there."""
        return self.outcome in ("built", "unchanged")


@dataclass(frozen=True)
class Summary:
    """What became of a batch, or of a shard of it."""

    plan: str
    planned: int
    workers: int
    seconds: float
    jobs: tuple[Job, ...] = field(default=())

    @property
    def succeeded(self) -> bool:
        """Whether all jobs have their outputs."""
        return all(job.succeeded for job in self.jobs)


class PlanError(ValueError):
    """A plan that must be mended first; nothing was made."""

    def __init__(self, findings: tuple[Finding, ...]):
        self.findings = findings
        super().__init__("; ".join(f"{finding.rule}: {finding.message}" for finding in findings))


def _at(value: Optional[dict[str, Any]]) -> Optional[At]:
    return None if value is None else At(**value)


def _finding(value: dict[str, Any]) -> Finding:
    related = tuple((other["message"], At(**other["at"])) for other in value.pop("related", ()))
    return Finding(at=_at(value.pop("at", None)), related=related, **value)


def _problem(value: dict[str, Any]) -> Problem:
    return Problem(at=_at(value.pop("at", None)), **value)


def _findings(value: dict[str, Any]) -> tuple[Finding, ...]:
    return tuple(_finding(finding) for finding in value["findings"])


def _outputs(values: Sequence[dict[str, Any]]) -> tuple[Output, ...]:
    return tuple(Output(**value) for value in values)


def _job(value: dict[str, Any]) -> Job:
    copy = value.pop("copy", None)
    return Job(
        tally=Tally(**value.pop("tally")),
        copy=None if copy is None else Copy(**copy),
        findings=tuple(_problem(problem) for problem in value.pop("findings", ())),
        outputs=_outputs(value.pop("outputs", ())),
        **value,
    )


def _path(path: Optional[PathLike]) -> Optional[str]:
    return None if path is None else os.fspath(path)


def check(folder: PathLike, *, firm: Optional[PathLike] = None) -> Check:
    """Reads an engagement folder and gives every problem."""
    value = json.loads(_socpress.check(os.fspath(folder), _path(firm)))
    return Check(readable=value["readable"], tally=Tally(**value["tally"]), findings=_findings(value))


def build(
    folder: PathLike,
    out: PathLike,
    *,
    document: str = "report",
    evidence_list: bool = False,
    firm: Optional[PathLike] = None,
) -> Build:
    """Makes a document of an engagement, with the evidence package if it is the report.

    Raises `OSError` when something cannot be written.
    """
    value = json.loads(_socpress.build(os.fspath(folder), os.fspath(out), _path(firm), document, evidence_list))
    return Build(
        built=value["built"], outputs=_outputs(value["outputs"]), tally=Tally(**value["tally"]), findings=_findings(value)
    )


def bulk(
    sources: Union[PathLike, Sequence[PathLike]],
    out: PathLike,
    *,
    document: str = "report",
    evidence_list: bool = False,
    firm: Optional[PathLike] = None,
    name: Optional[str] = None,
    workers: int = 0,
    jobs_per_worker: int = 500,
    time_limit: Optional[float] = 600,
    memory_limit: Optional[int] = None,
    fail_fast: bool = False,
    force: bool = False,
    shard: Optional[str] = None,
    on_job: Optional[Callable[[Job, int, int], Any]] = None,
) -> Summary:
    """Makes the documents of many engagements in worker processes, and only what has changed.

    `sources` are engagement folders, folders of such folders, patterns, or plans. `workers` is the number of processes, 0
    for one for each core; `time_limit` is in seconds for each job, `memory_limit` in MiB for each worker. `on_job` is
    called with each job when it is done, how many are done and how many there are; an exception in it ends the batch
    when the jobs that are begun are done, and is raised then.

    Raises `PlanError` for a plan that must be mended, `OSError` when the batch cannot be run.
    """
    if isinstance(sources, (str, os.PathLike)):
        sources = [sources]

    def tell(job: str, done: int, jobs: int) -> None:
        if on_job is not None:
            on_job(_job(json.loads(job)), done, jobs)

    value = json.loads(
        _socpress.run_bulk(
            [os.fspath(source) for source in sources],
            os.fspath(out),
            [sys.executable, "-m", "socpress._worker"],
            _path(firm),
            document,
            evidence_list,
            name,
            workers,
            jobs_per_worker,
            time_limit,
            memory_limit,
            fail_fast,
            force,
            shard,
            None if on_job is None else tell,
        )
    )
    if "summary" not in value:
        raise PlanError(_findings(value))
    summary = value["summary"]
    return Summary(
        plan=summary["plan"],
        planned=summary["planned"],
        workers=summary["workers"],
        seconds=summary["seconds"],
        jobs=tuple(_job(job) for job in summary["jobs"]),
    )
