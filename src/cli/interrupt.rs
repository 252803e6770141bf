//! Signals by which people (Ctrl-C) and schedulers ask a batch to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;

/// Whether an end was asked for, and by what.
#[derive(Default)]
pub struct Interrupt {
    /// Set by the first signal.
    pub asked: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

impl Interrupt {
    /// Begins to listen. A second signal ends the process at once; where signals cannot be had, the first one does.
    pub fn listen() -> Self {
        let interrupt = Self::default();
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGINT, SIGTERM};
            use signal_hook::flag;
            // Actions run in the order in which they were registered: the first signal finds nothing asked for yet.
            for (signal, exit) in [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)] {
                let _ = flag::register_conditional_shutdown(signal, exit as i32, interrupt.asked.clone());
            }
            let _ = flag::register(SIGTERM, interrupt.terminated.clone());
            for signal in [SIGINT, SIGTERM] {
                let _ = flag::register(signal, interrupt.asked.clone());
            }
        }
        interrupt
    }

    /// The exit code of a batch that did not get to its end for a signal.
    pub fn exit(&self) -> Option<Exit> {
        let asked = self.asked.load(Ordering::Relaxed);
        let terminated = self.terminated.load(Ordering::Relaxed);
        asked.then_some(if terminated { Exit::Terminated } else { Exit::Interrupted })
    }
}
