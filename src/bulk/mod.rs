//! Many reports: a plan, worker processes, resuming, shards, summaries. Nothing about one report lives here.
//!
//! A worker is a process, since layout cannot be cancelled in a thread, a panic in the exporter's pool can end or block
//! a process, and one document's eviction would empty its neighbours' caches. Its command is a parameter: whoever uses
//! this as a library names a program that calls [`serve`] and nothing else.
//!
//! ```no_run
//! use socpress::bulk::{Defaults, Options, Plan, WorkerCommand, run};
//! use socpress::diagnostics::Findings;
//!
//! let mut findings = Findings::default();
//! let plan = Plan::read(&["clients".to_owned()], &Defaults::default(), &mut findings);
//! assert!(!findings.has_errors());
//! let options = Options::new("out", WorkerCommand::new("socpress", ["bulk-worker"]));
//! let summary = run(&plan, &options, &mut |_| {})?;
//! for job in &summary.jobs {
//!     println!("{}: {} in {} s", job.name, job.made.outcome.name(), job.seconds);
//! }
//! # Ok::<(), socpress::bulk::BulkError>(())
//! ```

mod fingerprint;
mod merge;
mod names;
mod patterns;
mod places;
mod plan;
mod pool;
mod protocol;
mod register;
mod results;
pub mod rules;
mod run;
mod serials;
mod shard;
mod sources;
mod state;
mod summary;
mod worker;

pub use merge::merge;
pub use names::PLACEHOLDERS;
pub use plan::{Defaults, Job, Plan};
pub use pool::{WorkerCommand, knows_memory};
pub use results::{JobResult, Made, Outcome, Problem, Success, Summary};
pub use run::{BulkError, Event, Options, run};
pub use shard::Shard;
pub use state::LockError;
pub use summary::{has_reason, line, number, text};
pub use worker::serve;

/// Folder below the output folder for what the batch itself has to remember.
const STATE: &str = ".socpress";

/// Names of the summaries: for programs, spreadsheets and people.
const SUMMARIES: [&str; 3] = ["summary.json", "summary.csv", "summary.txt"];

/// Name of the distribution register.
const REGISTER: &str = "distribution-register.csv";

/// The program, exactly: its version and its sources.
const MAKE: &str = concat!("socpress ", env!("CARGO_PKG_VERSION"), " ", env!("SOCPRESS_MADE_OF"));
