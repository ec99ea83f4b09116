//! What the system tells a server, to end and to read its files anew, and what the server tells it.

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

/// Tells systemd how far the server is (`READY=1`, `STOPPING=1`; sd_notify(3)), where it was started by it and asks.
pub fn tell_system(state: &str) {
    #[cfg(target_os = "linux")]
    if let Some(path) = std::env::var_os("NOTIFY_SOCKET")
        && let Err(error) = notify(&path, state)
    {
        tracing::warn!(%error, state, "systemd was not told");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = state;
}

#[cfg(target_os = "linux")]
fn notify(path: &std::ffi::OsStr, state: &str) -> std::io::Result<()> {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    // A name that begins with `@` stands for a socket that is in no folder.
    let address = match path.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(path)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(|_| ())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn systemd_is_told_by_a_socket_in_a_folder_or_in_none() {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::net::{SocketAddr, UnixDatagram};
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let name = format!("monshin-{}", std::process::id());
        let abstract_name = SocketAddr::from_abstract_name(&name).expect("a name");
        for (socket, told_as) in [
            (UnixDatagram::bind(&path).expect("bound"), path.clone().into_os_string()),
            (UnixDatagram::bind_addr(&abstract_name).expect("bound"), format!("@{name}").into()),
        ] {
            notify(&told_as, "READY=1").expect("told");
            let mut bytes = [0; 16];
            let read = socket.recv(&mut bytes).expect("it came");
            assert_eq!(&bytes[..read], b"READY=1");
        }
        assert!(notify(folder.path().join("none").as_os_str(), "READY=1").is_err());
    }
}
