//! A cookie that goes out with whatever a request is answered with: who proves themselves gets another session, and the
//! page that they asked for knows nothing of it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// What goes out with the answer.
#[derive(Clone, Default)]
pub struct Outgoing(Arc<Mutex<Option<HeaderValue>>>);

impl Outgoing {
    /// Sends a cookie along.
    pub fn send(&self, cookie: HeaderValue) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cookie);
    }

    fn take(&self) -> Option<HeaderValue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Adds what goes out, unless the page itself sets another cookie: that one is newer.
pub async fn carry(mut request: Request, next: Next) -> Response {
    let outgoing = Outgoing::default();
    request.extensions_mut().insert(outgoing.clone());
    let mut response = next.run(request).await;
    if let Some(cookie) = outgoing.take()
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
