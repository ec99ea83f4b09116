//! A form with a file that somebody chose.

use axum::extract::{FromRequest, FromRequestParts, Multipart, Path, Request};
use axum::http::StatusCode;
use axum::response::Response;

use super::gate::{Desk, Right, UNTIED};
use crate::app::App;
use crate::forms::Form;

/// Most bytes of a file.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Most characters of a field beside it.
const MOST_TYPED: usize = 200;

/// A form of this operator's own session with a file, for a survey.
pub struct Chosen<R> {
    pub desk: Desk<R>,
    pub survey: String,
    pub form: Form,
    /// The name of the file.
    pub file: String,
    pub bytes: Vec<u8>,
}

impl<R: Right> FromRequest<App> for Chosen<R> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Chosen<R>, Response> {
        let (mut parts, body) = request.into_parts();
        let desk = Desk::<R>::from_request_parts(&mut parts, app).await?;
        let path = Path::<(String, String)>::from_request_parts(&mut parts, app).await;
        let Ok(Path((_, survey))) = path else {
            return Err(desk.notice(StatusCode::NOT_FOUND, desk.say().not_found));
        };
        let broken = || desk.notice(StatusCode::PAYLOAD_TOO_LARGE, desk.say().too_large);
        let parts = Multipart::from_request(Request::from_parts(parts, body), app).await;
        let mut parts = parts.map_err(|_| broken())?;
        let (mut form, mut file, mut bytes, mut owns) = (Form::default(), String::new(), Vec::new(), false);
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                // It comes first, so that no large file is read for somebody else's form.
                "token" => owns = desk.owns(&part.text().await.map_err(|_| broken())?),
                "file" if owns => {
                    file = part.file_name().unwrap_or_default().chars().take(100).collect();
                    bytes = part.bytes().await.map_err(|_| broken())?.to_vec();
                }
                _ if owns => {
                    let text = part.text().await.map_err(|_| broken())?;
                    form.put(name, text.chars().take(MOST_TYPED).collect());
                }
                _ => {}
            }
        }
        if !owns {
            desk.tell(UNTIED);
            return Err(desk.notice(StatusCode::FORBIDDEN, desk.say().expired));
        }
        Ok(Chosen { desk, survey, form, file, bytes })
    }
}

/// Work that keeps a processor busy, beside those who wait for pages.
pub async fn at_rest<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("reading a file does not panic")
}
