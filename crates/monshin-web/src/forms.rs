//! Posted forms, within limits.

use axum::body::{Body, to_bytes};
use monshin_instrument::screen::Typed;

/// Most bytes of a form.
const MOST_BYTES: usize = 256 * 1024;
/// Most fields of a form.
const MOST_FIELDS: usize = 2_000;

/// A form as it came: fields by name, in order.
#[derive(Debug, Default)]
pub struct Form {
    pub fields: Typed,
}

/// More than a form of ours can hold.
#[derive(Debug)]
pub struct TooLarge;

impl Form {
    /// Reads a body; what is no form at all is an empty one.
    pub async fn read(body: Body) -> Result<Form, TooLarge> {
        let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| TooLarge)?;
        let mut form = Form::default();
        for (at, (name, value)) in form_urlencoded::parse(&bytes).enumerate() {
            if at >= MOST_FIELDS {
                return Err(TooLarge);
            }
            form.put(name.into_owned(), value.into_owned());
        }
        Ok(form)
    }

    /// Adds a field.
    pub fn put(&mut self, name: String, value: String) {
        self.fields.0.entry(name).or_default().push(value.replace('\0', ""));
    }

    /// Every field with each of its values, as it was sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.0.iter();
        fields.flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// The first or only value of a field.
    pub fn text(&self, name: &str) -> &str {
        self.fields.text(name)
    }
}
