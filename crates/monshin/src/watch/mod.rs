//! A folder that is being written in: seen anew after each change, as pages.

mod author;
mod stamp;

pub use author::Author;
pub use stamp::Stamp;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use monshin_web::Shown;
use tokio::sync::watch::Sender;

/// How often the folder is looked at. A look is a `stat` of a dozen files; the system's own
/// notifications would save 20 ms, and miss changes on network shares and in containers.
const EVERY: Duration = Duration::from_millis(40);

/// A folder is read once it has been the same for so long.
const SETTLED: Duration = Duration::from_millis(15);

/// Editors empty a file before they fill it: one that has just lost all it had is waited for so many
/// times longer.
const PATIENCE: u32 = 20;

/// Looks at the folder until it is told to stop; every other state is sent on, and told with the time
/// that it took.
pub fn follow(
    author: &mut Author,
    stop: &AtomicBool,
    feed: &Sender<Arc<Shown>>,
    mut tell: impl FnMut(&Author, Duration),
) {
    let dir = author.dir().to_owned();
    while !stop.load(Ordering::Relaxed) {
        let stamp = settled(&dir, author);
        if author.seen() != Some(&stamp) {
            let begin = Instant::now();
            if let Some(shown) = author.look(&stamp) {
                feed.send_replace(Arc::new(shown));
                tell(author, begin.elapsed());
            }
        }
        std::thread::sleep(EVERY);
    }
}

fn settled(dir: &Path, author: &Author) -> Stamp {
    let mut stamp = Stamp::of(dir, author.logo());
    let Some(seen) = author.seen() else { return stamp };
    if stamp == *seen {
        return stamp;
    }
    let mut looks = 0;
    loop {
        std::thread::sleep(SETTLED);
        let before = std::mem::replace(&mut stamp, Stamp::of(dir, author.logo()));
        looks += 1;
        if before == stamp && (looks > PATIENCE || !stamp.has_emptied(seen)) {
            return stamp;
        }
    }
}
