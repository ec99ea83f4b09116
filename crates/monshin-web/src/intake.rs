//! A frame into the store, so many units at a time.

use std::ops::Range;
use std::sync::Arc;

use monshin_frame::Loaded;
use monshin_instrument::Questionnaire;
use monshin_seal::ServerSecret;
use monshin_store::{Act, Listed, Listing, Store, StoreError};

use crate::invitation::listed;

/// Units that are made durable together; respondents get their turn in between.
const AT_ONCE: usize = 5_000;

/// Takes the units of a frame in; gives what became of them. While some are made durable, the contacts of the next are
/// sealed. `act` says what is noted of the units in a range of the frame.
///
/// # Errors
/// Those of the store; the units before stay.
pub async fn list_frame(
    store: &dyn Store,
    form: &Arc<Questionnaire>,
    loaded: &Arc<Loaded>,
    secret: &ServerSecret,
    act: impl Fn(Range<usize>) -> Act,
) -> Result<Listing, StoreError> {
    let (id, mut sum) = (&form.survey().id, Listing::default());
    let mut units = sealed(form, loaded, secret, 0).await;
    let mut done = 0;
    while !units.is_empty() {
        let range = done..done + units.len();
        done = range.end;
        let kept = store.list_units(id, id, units, act(range));
        let (kept, next) = tokio::join!(kept, sealed(form, loaded, secret, done));
        let Listing { added, moved, kept } = kept?;
        sum = Listing { added: sum.added + added, moved: sum.moved + moved, kept: sum.kept + kept };
        units = next;
    }
    Ok(sum)
}

async fn sealed(
    form: &Arc<Questionnaire>,
    loaded: &Arc<Loaded>,
    secret: &ServerSecret,
    from: usize,
) -> Vec<Listed> {
    let (form, loaded, secret) = (Arc::clone(form), Arc::clone(loaded), secret.clone());
    tokio::task::spawn_blocking(move || listed(&form, &loaded, &secret, from, AT_ONCE))
        .await
        .expect("sealing contacts does not panic")
}
