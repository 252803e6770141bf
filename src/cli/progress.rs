//! How far the packing is, on a terminal; nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Terminal;
use crate::package::Progress;

/// Vanishes when it is dropped or everything is read.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new(terminal: &Terminal) -> Self {
        // Draws only if standard error is a terminal.
        let target = if terminal.is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(
            "packing evidence [{bar:30}] {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left",
        ) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn begin(&self, total: u64) {
        self.0.set_length(total);
        self.0.reset();
        self.0.enable_steady_tick(Duration::from_millis(250));
    }

    fn read(&self, bytes: u64) {
        self.0.inc(bytes);
        if self.0.length().is_some_and(|total| self.0.position() >= total) {
            self.0.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
