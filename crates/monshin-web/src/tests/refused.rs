//! What the log is told of refusals, and what it is never told.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use monshin_instrument::Privacy;
use monshin_seal::{Code, CodeKind};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, subscriber};

use super::{MINUTE, World};
use crate::app::rng;
use crate::told::TOLD;

/// Keeps what is told, a line an event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").expect("into memory");
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("monshin")
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().expect("held shortly").push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("held shortly"))
    }
}

#[tokio::test]
async fn refusals_are_told_and_codes_are_not() {
    let log = Log::default();
    let _until = subscriber::set_default(log.clone());
    let world = World::new(Privacy::Confidential).await;
    let unknown = Code::draw(CodeKind::Short, &mut rng()).to_text();
    let right = world.short[0].to_text();
    log.take();

    assert_eq!(world.browser().post_raw("/ja/enter", &[("code", &right)]).await.to, "/ja/page/1");
    assert_eq!(log.take(), [""; 0], "nobody reads in it who came in");
    let refused = world.browser().post_raw("/ja/enter", &[("code", &unknown)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let told = log.take();
    assert!(told.len() == 1 && told[0].contains("a code opened nothing"), "{told:?}");
    assert!(!told[0].contains(&unknown[..6]), "{told:?}");

    let mut foreign = world.browser();
    foreign.extra.push(("sec-fetch-site", "cross-site".into()));
    foreign.post_raw("/ja/enter", &[("code", &right)]).await;
    let told = log.take();
    assert!(told.len() == 1 && told[0].contains("a form of another site was refused"), "{told:?}");

    let mut program = world.browser();
    program.extra.push(("authorization", "Bearer monshin-api-0123".into()));
    assert_eq!(program.get("/api/v1/surveys/s/status").await.status, StatusCode::UNAUTHORIZED);
    let told = log.take();
    assert!(told.len() == 1 && told[0].contains("a key of a program opened nothing"), "{told:?}");
    assert!(!told[0].contains("0123"), "{told:?}");
}

#[tokio::test]
async fn whoever_attacks_does_not_fill_the_log() {
    let log = Log::default();
    let _until = subscriber::set_default(log.clone());
    let world = World::new(Privacy::Confidential).await;
    let tries = async || {
        for _ in 0..TOLD * 2 {
            world.browser().post_raw("/ja/enter", &[("code", "x")]).await;
        }
        log.take().len()
    };
    assert_eq!(tries().await, TOLD as usize);
    world.wait(10 * MINUTE);
    assert!(tries().await <= TOLD as usize, "the address has tries again, and then the log");
}
