//! SIGINT, SIGTERM and SIGHUP: a request to end the tool, checked between two reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::error::{Error, Result};

/// A request to end the tool.
#[derive(Debug, Default)]
pub(crate) struct Interrupt {
    came: Arc<AtomicBool>,
    listening: AtomicBool,
}

impl Interrupt {
    /// Catches the signals from here on. Before this call they end the tool at once, which is
    /// right while there is nothing to clean up.
    ///
    /// # Errors
    /// The system installs no handler.
    pub(crate) fn listen(&self) -> Result<()> {
        if self.listening.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&self.came))
                .map_err(|error| Error::no_verdict(format!("cannot handle signals: {error}")))?;
        }
        Ok(())
    }

    /// True after one of the signals came.
    pub(crate) fn came(&self) -> bool {
        self.came.load(Ordering::Relaxed)
    }
}
