//! A worker process and the host's conversation with it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::protocol::{Hello, Reply, Task};

/// How a worker is started: a program, and its arguments.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    pub program: OsString,
    pub arguments: Vec<OsString>,
}

impl WorkerCommand {
    pub fn new(program: impl Into<OsString>, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self { program: program.into(), arguments: arguments.into_iter().map(Into::into).collect() }
    }
}

/// How often time and memory are looked at.
const TICK: Duration = Duration::from_millis(20);

/// How long a worker may take to say that it is there.
const START: Duration = Duration::from_secs(60);

/// What is kept of what a worker writes to standard error.
const LAST_WORDS: usize = 4096;

pub struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    last_words: Arc<Mutex<VecDeque<u8>>>,
    /// Jobs that it has done.
    pub served: usize,
}

/// What came of waiting for a worker.
pub enum Answer {
    Reply(Reply),
    TimedOut,
    /// It held so many KiB.
    OutOfMemory(u64),
    /// It ended, and how.
    Gone(String),
}

/// Bounds of one job.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub time: Option<Duration>,
    /// In KiB.
    pub memory: Option<u64>,
}

/// How long a worker keeps memory it does not use, in milliseconds, in the words of its allocator: the next report needs the
/// memory of the last one.
const IDLE_MEMORY: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "5000");

impl Worker {
    /// Starts a worker and waits until it is there.
    pub fn start(command: &WorkerCommand, threads: usize) -> Result<Self, String> {
        let name = command.program.to_string_lossy().into_owned();
        let mut process = Command::new(&command.program);
        process.args(&command.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Whoever sets one for the batch means the workers.
        let threads = threads.to_string();
        for (name, value) in [("RAYON_NUM_THREADS", threads.as_str()), IDLE_MEMORY] {
            if std::env::var_os(name).is_none() {
                process.env(name, value);
            }
        }
        let mut child = process.spawn().map_err(|error| format!("cannot start the worker {name}: {error}"))?;
        let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(format!("the worker {name} has no standard streams"));
        };
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let last_words = Arc::new(Mutex::new(VecDeque::new()));
        let heard = last_words.clone();
        thread::spawn(move || hear(errors, &heard));
        let mut worker = Self { child, input: Some(input), lines, last_words, served: 0 };
        match worker.lines.recv_timeout(START) {
            Ok(line) if serde_json::from_str::<Hello>(&line).is_ok_and(|hello| hello == Hello::ours()) => Ok(worker),
            Ok(line) => Err(format!("the worker {name} is of another make than this program: {line}")),
            Err(RecvTimeoutError::Timeout) => Err(format!("the worker {name} does not answer")),
            Err(RecvTimeoutError::Disconnected) => Err(format!("the worker {name} ended at once: {}", worker.end())),
        }
    }

    /// Hands over a task; fails if it cannot be told, as a path that is not Unicode. A worker that is gone is found out when
    /// its answer is waited for.
    pub fn ask(&mut self, task: &Task) -> Result<(), serde_json::Error> {
        let line = serde_json::to_string(task)? + "\n";
        if let Some(input) = &mut self.input {
            let _ = input.write_all(line.as_bytes()).and_then(|()| input.flush());
        }
        Ok(())
    }

    /// Waits for the next reply within the limits; ends the worker if it exceeds them.
    pub fn answer(&mut self, limits: Limits) -> Answer {
        let begun = Instant::now();
        loop {
            match self.lines.recv_timeout(TICK) {
                Ok(line) => {
                    return match serde_json::from_str(&line) {
                        Ok(reply) => Answer::Reply(reply),
                        Err(error) => {
                            self.kill();
                            Answer::Gone(format!("the worker said what is no reply: {error}"))
                        }
                    };
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let how = self.end();
                    // The language's own message when the system gives no more.
                    if how.contains("memory allocation of") {
                        return Answer::OutOfMemory(0);
                    }
                    return Answer::Gone(how);
                }
                Err(RecvTimeoutError::Timeout) => {
                    if limits.time.is_some_and(|limit| begun.elapsed() >= limit) {
                        self.kill();
                        return Answer::TimedOut;
                    }
                    if let Some(limit) = limits.memory
                        && let Some(held) = self.memory_kib()
                        && held > limit
                    {
                        self.kill();
                        return Answer::OutOfMemory(held);
                    }
                }
            }
        }
    }

    /// Memory that it holds, where the system tells.
    pub fn memory_kib(&self) -> Option<u64> {
        memory_kib(self.child.id())
    }

    fn kill(&mut self) {
        // It may have ended by itself just now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How a worker ended that closed its output.
    fn end(&mut self) -> String {
        self.input = None;
        let how = match self.child.wait() {
            Ok(status) => ended(status),
            Err(error) => error.to_string(),
        };
        // What it said last may still be on its way.
        thread::sleep(TICK);
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = words.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let told: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        match told.iter().rev().take(3).rev().copied().collect::<Vec<_>>().join(" / ") {
            told if told.is_empty() => how,
            told => format!("{how}: {told}"),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It ends by itself when its input does; one that hangs does not.
        self.input = None;
        self.kill();
    }
}

fn hear(mut errors: impl Read, last_words: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(count) = errors.read(&mut buffer) {
        if count == 0 {
            break;
        }
        let mut words = last_words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend(&buffer[..count]);
        let surplus = words.len().saturating_sub(LAST_WORDS);
        words.drain(..surplus);
    }
}

fn ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            // Nobody else sends it unasked.
            let perhaps = if signal == 9 { ", perhaps by the system for want of memory" } else { "" };
            return format!("the worker was ended by signal {signal}{perhaps}");
        }
    }
    format!("the worker ended ({status})")
}

/// Resident memory of a process, from Linux's `/proc`.
fn memory_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// Whether a bound of memory can be kept on this system.
pub fn knows_memory() -> bool {
    memory_kib(std::process::id()).is_some()
}
