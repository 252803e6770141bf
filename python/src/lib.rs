//! The Python module `socpress._socpress`: the program's functions with JSON texts as results, of which the Python side
//! makes data classes. The interpreter's lock is released while they work.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use serde_json::json;
use socpress::bulk::{self, Defaults, Event, Options, Plan, Shard, WorkerCommand};
use socpress::diagnostics::{FindingView, Findings, Tally};
use socpress::model::Document;
use socpress::pipeline::{self, BuildOptions};

fn document(name: &str) -> PyResult<Document> {
    Document::from_str(name).map_err(PyValueError::new_err)
}

fn views(findings: &Findings) -> Vec<FindingView<'_>> {
    findings.iter().map(FindingView::from).collect()
}

/// Findings of an engagement.
#[pyfunction]
fn check(py: Python<'_>, folder: PathBuf, firm: Option<PathBuf>) -> String {
    py.detach(|| {
        let checked = pipeline::check_all(&folder, firm.as_deref());
        json!({
            "readable": !checked.unreadable,
            "tally": Tally::from(&checked.findings),
            "findings": views(&checked.findings),
        })
        .to_string()
    })
}

/// Makes a document of an engagement.
#[pyfunction]
fn build(
    py: Python<'_>,
    folder: PathBuf,
    out: PathBuf,
    firm: Option<PathBuf>,
    document_name: &str,
    evidence_list: bool,
) -> PyResult<String> {
    let options = BuildOptions { firm, document: document(document_name)?, evidence_list, ..BuildOptions::new(out) };
    let built = py.detach(|| {
        let mut built =
            pipeline::build(&folder, &options, &socpress::package::Unseen).map_err(|error| error.to_string())?;
        let findings = std::mem::take(&mut built.checked.findings).sorted();
        Ok::<String, String>(
            json!({
                "built": built.outputs.is_some(),
                "outputs": built.outputs.unwrap_or_default(),
                "tally": Tally::from(&findings),
                "findings": views(&findings),
            })
            .to_string(),
        )
    });
    built.map_err(PyOSError::new_err)
}

/// Runs a batch. `tell` is called with each job's result, how many are done, and how many there are. Gives the summary, or
/// the findings on a bad plan.
#[pyfunction]
#[allow(clippy::too_many_arguments)]
fn run_bulk(
    py: Python<'_>,
    sources: Vec<String>,
    out: PathBuf,
    worker: Vec<String>,
    firm: Option<PathBuf>,
    document_name: &str,
    evidence_list: bool,
    name: Option<String>,
    workers: usize,
    jobs_per_worker: usize,
    time_limit: Option<f64>,
    memory_limit: Option<u64>,
    fail_fast: bool,
    force: bool,
    shard: Option<String>,
    tell: Option<Py<PyAny>>,
) -> PyResult<String> {
    let defaults = Defaults { document: document(document_name)?, evidence_list, firm, name };
    let shard = shard.map(|text| Shard::parse(&text, |name| std::env::var(name).ok())).transpose();
    let shard = shard.map_err(PyValueError::new_err)?;
    let time_limit = time_limit.map(Duration::try_from_secs_f64).transpose();
    let time_limit = time_limit.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let Some((program, arguments)) = worker.split_first() else {
        return Err(PyValueError::new_err("the worker command is empty"));
    };
    let stop = Arc::new(AtomicBool::new(false));
    let options = Options {
        workers,
        jobs_per_worker,
        time_limit,
        memory_limit,
        fail_fast,
        force,
        shard,
        stop: stop.clone(),
        ..Options::new(out, WorkerCommand::new(program, arguments))
    };
    let mut interrupted = None;
    let result = py.detach(|| {
        let mut findings = Findings::default();
        let plan = Plan::read(&sources, &defaults, &mut findings);
        plan.check_output(&options.out, &mut findings);
        if findings.has_errors() {
            let findings = findings.sorted();
            return Ok(json!({"tally": Tally::from(&findings), "findings": views(&findings)}).to_string());
        }
        let summary = bulk::run(&plan, &options, &mut |event| {
            let Event::Done { result, done, jobs } = event else { return };
            let told = Python::attach(|py| {
                py.check_signals()?;
                let Some(tell) = &tell else { return Ok(()) };
                let result = serde_json::to_string(result).map_err(|error| PyOSError::new_err(error.to_string()))?;
                tell.call1(py, (result, *done, *jobs)).map(|_| ())
            });
            if let Err(error) = told {
                // What is begun is finished, then the error is raised.
                stop.store(true, Ordering::Relaxed);
                interrupted.get_or_insert(error);
            }
        });
        summary.map(|summary| json!({"summary": summary}).to_string()).map_err(|error| error.to_string())
    });
    match interrupted {
        Some(error) => Err(error),
        None => result.map_err(PyOSError::new_err),
    }
}

/// Serves the host of a batch at standard input and output, and ends the process with it.
#[pyfunction]
fn serve(py: Python<'_>) {
    py.detach(|| {
        bulk::serve();
    });
}

#[pymodule]
fn _socpress(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(check, module)?)?;
    module.add_function(wrap_pyfunction!(build, module)?)?;
    module.add_function(wrap_pyfunction!(run_bulk, module)?)?;
    module.add_function(wrap_pyfunction!(serve, module)?)
}
