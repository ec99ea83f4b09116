//! What the system tells a server: to end, and to read its files anew.

use std::io::IsTerminal as _;

/// Waits for Ctrl-C, or for the system to ask for the end.
pub async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}

/// The order to read files anew (SIGHUP). As soon as it is made, the signal ends nothing any longer.
pub struct Reload(#[cfg(unix)] Option<tokio::signal::unix::Signal>);

impl Reload {
    #[cfg(unix)]
    pub fn new() -> Reload {
        Reload(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok())
    }

    #[cfg(not(unix))]
    pub fn new() -> Reload {
        Reload()
    }

    /// Waits for the next one.
    pub async fn told(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.0 {
            signal.recv().await;
            return;
        }
        std::future::pending().await
    }

    /// Where there is nothing to read anew, the order is noted and nothing else.
    pub fn noted(mut self) {
        tokio::spawn(async move {
            loop {
                self.told().await;
                tracing::info!(
                    "told to read anew: there is no certificate; survey.toml is read at the next start"
                );
            }
        });
    }
}

/// Waits until the terminal from which this was started is closed; where there was none, for ever.
pub async fn terminal_closed() {
    if !std::io::stdin().is_terminal() {
        std::future::pending::<()>().await;
    }
    let mut signal = Reload::new();
    loop {
        signal.told().await;
        if !std::io::stdin().is_terminal() {
            return;
        }
    }
}
