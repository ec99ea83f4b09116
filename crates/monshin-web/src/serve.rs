//! From sockets to the [`router`]: how many connections there may be, and how long each may take.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tower::Service as _;

use crate::app::{App, router, watched};
use crate::limits::of_one_guest;
use crate::tls::Tls;

/// What one client, and all together, may take up. A slow line ends at these, and so does a client
/// that is slow on purpose.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once; more wait at the door. Below the 1,024 files that a process may usually open.
    pub connections: usize,
    /// Connections at once from one address, this machine and trusted proxies apart.
    pub per_address: usize,
    /// Longest time for the head of a request, and for doing nothing between two of them.
    pub head: Duration,
    /// Longest time for agreeing on a key, where the line is encrypted here.
    pub handshake: Duration,
    /// Longest time for a request from its head to the answer, its body included.
    pub request: Duration,
    /// Longest time for what is under way to end after the order to stop.
    pub stop: Duration,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            connections: 800,
            per_address: 100,
            head: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            request: Duration::from_secs(30),
            stop: Duration::from_secs(35),
        }
    }
}

/// Most bytes of the head of a request.
const HEAD: usize = 32 * 1024;

/// Browsers that may wait at the door until they are taken: a queue of 128, as is usual, is full after a quarter of a
/// second of 500 a second, and whoever finds it full tries again only after a second.
const WAITING: u32 = 1_024;

/// Takes an address.
///
/// # Errors
/// Where it is taken or is not this machine's.
pub fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that is started anew need not wait for the connections of the one before.
    socket.set_reuseaddr(true)?;
    socket.bind(at)?;
    socket.listen(WAITING)
}

/// Answers until `stop`, then lets what is under way end. With `tls` every line is encrypted, or ends.
///
/// # Errors
/// Where the listener is no listener; a connection that fails ends by itself.
pub async fn serve(
    listener: TcpListener,
    app: App,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let door = Door { bounds: app.0.config.bounds, near: app.0.config.trusted_proxies.clone() };
    answer(listener, router(app), door, tls, stop).await
}

/// Places for those who fetch counts: none is taken from those of the pages.
const WATCHERS: usize = 20;

/// Gives counts for Prometheus at an address of its own until `stop`, to whoever reaches it.
///
/// # Errors
/// Where the listener is no listener.
pub async fn watch(listener: TcpListener, app: App, stop: impl Future<Output = ()>) -> io::Result<()> {
    let bounds = Bounds { connections: WATCHERS, ..app.0.config.bounds };
    answer(listener, watched(app), Door { bounds, near: Vec::new() }, None, stop).await
}

/// Who may come in how often.
pub(crate) struct Door {
    pub bounds: Bounds,
    /// Addresses that have no limit of their own, beside those of this machine.
    pub near: Vec<IpAddr>,
}

pub(crate) async fn answer(
    listener: TcpListener,
    pages: Router,
    Door { bounds, near }: Door,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let places = Arc::new(Semaphore::new(bounds.connections));
    let crowd = Crowd::default();
    let under_way = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let arrived = async { (place.await.expect("it is never closed"), listener.accept().await) };
        let (place, accepted) = tokio::select! {
            arrived = arrived => arrived,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of files, or a client that went at once: neither is a reason to stop.
                tracing::warn!(%error, "a connection was not taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let is_near = address.is_loopback() || near.contains(&address);
        let Some(guest) =
            crowd.enter(of_one_guest(address), if is_near { usize::MAX } else { bounds.per_address })
        else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (watcher, pages, tls) = (under_way.watcher(), pages.clone(), tls.clone());
        tokio::spawn(async move {
            let ended = match tls {
                None => watcher.watch(connection(stream, peer, pages, bounds)).await,
                Some(tls) => match tls.agree(stream, bounds.handshake).await {
                    Some(stream) => watcher.watch(connection(stream, peer, pages, bounds)).await,
                    None => Ok(()),
                },
            };
            // What goes wrong on the line is the client's, and happens all the time.
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended");
            }
            drop((place, guest));
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(bounds.stop, under_way.shutdown()).await;
    Ok(())
}

/// One connection, encrypted or not.
fn connection<S>(
    stream: S,
    peer: SocketAddr,
    pages: Router,
    bounds: Bounds,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        pages.clone().call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), answer)
}

/// How many connections each address has.
#[derive(Clone, Debug, Default)]
struct Crowd(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One of them; it is counted until it is dropped.
struct Guest {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    fn enter(&self, address: IpAddr, most: usize) -> Option<Guest> {
        let mut crowd = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = crowd.entry(address).or_insert(0);
        if *here >= most {
            return None;
        }
        *here += 1;
        Some(Guest { crowd: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut crowd = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = crowd.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                crowd.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let crowd = Crowd::default();
        let [one, two] = [1, 2].map(|last| IpAddr::from([192, 0, 2, last]));
        let first = crowd.enter(one, 2).expect("there is room");
        let _second = crowd.enter(one, 2).expect("there is room");
        assert!(crowd.enter(one, 2).is_none() && crowd.enter(two, 2).is_some());
        drop(first);
        assert!(crowd.enter(one, 2).is_some());
        assert_eq!(crowd.0.lock().expect("no panic").len(), 1, "who has left is forgotten");
    }
}
