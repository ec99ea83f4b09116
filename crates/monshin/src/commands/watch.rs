//! `monshin watch`: the report in a browser, with findings, after every save.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use monshin_diag::{Lang, tally};
use monshin_web::{Shown, preview_router};
use tokio::net::TcpListener;
use tokio::sync::watch::{Receiver, channel};
use tokio::task::JoinHandle;

use crate::args::Watch;
use crate::fielding::{block_on, now, told_to_stop};
use crate::output::{Verdict, pick, print};
use crate::watch::{Author, follow};

pub fn run(it: Watch, lang: Lang) -> Result<Verdict> {
    if !it.listen.ip().is_loopback() {
        return Ok(refuse(
            lang,
            "monshin watch はこの機器の中だけで見せます。--listen 127.0.0.1:8090 のように指定してください"
                .into(),
            "monshin watch shows the report on this machine only: --listen 127.0.0.1:8090".into(),
        ));
    }
    if !it.input.dir.is_dir() {
        let dir = it.input.dir.display();
        return Ok(refuse(
            lang,
            format!("「{dir}」というフォルダはありません"),
            format!("there is no folder `{dir}`"),
        ));
    }
    block_on(serve(it, lang))
}

fn refuse(lang: Lang, ja: String, en: String) -> Verdict {
    eprintln!("{}", pick(lang, ja, en));
    Verdict::AtFault
}

async fn serve(it: Watch, lang: Lang) -> Result<Verdict> {
    let listener = TcpListener::bind(it.listen).await.with_context(|| it.listen.to_string())?;
    let bound = listener.local_addr()?;
    // It listens for the signal before anybody is told that it is there.
    let told_to_end = tokio::spawn(told_to_stop());
    let (sender, feed) = channel(Arc::new(Shown::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let mut author = Author::new(it.input, lang, now());
    let watcher = std::thread::spawn(move || {
        follow(&mut author, &told, &sender, |author, took| told_of(author, took, lang));
    });
    feed.clone().changed().await.context("the watcher ended by itself")?;
    print(&pick(
        lang,
        format!("http://{bound}/ を開いてください。止めるには Ctrl-C\n"),
        format!("open http://{bound}/ (Ctrl-C stops it)\n"),
    ))?;
    let ended = until_the_end(feed.clone(), told_to_end, stop);
    let router = preview_router(feed, hosts(bound));
    axum::serve(listener, router).with_graceful_shutdown(ended).await?;
    watcher.join().map_err(|_| anyhow::anyhow!("the watcher ended by itself"))?;
    Ok(Verdict::Fine)
}

/// Until somebody stops it, or nobody looks at the folder any more.
async fn until_the_end(mut feed: Receiver<Arc<Shown>>, told_to_end: JoinHandle<()>, stop: Arc<AtomicBool>) {
    let watcher_ends = async { while feed.changed().await.is_ok() {} };
    tokio::select! { _ = told_to_end => {}, () = watcher_ends => {} }
    stop.store(true, Ordering::Relaxed);
}

fn hosts(bound: SocketAddr) -> Vec<String> {
    vec![bound.to_string(), format!("localhost:{}", bound.port())]
}

fn told_of(author: &Author, took: Duration, lang: Lang) {
    let (found, took) = (tally(&author.found, lang), took.as_millis());
    let _ = print(&pick(lang, format!("{found}（{took} ミリ秒）\n"), format!("{found} ({took} ms)\n")));
}
