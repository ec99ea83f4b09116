//! The outbox.

use monshin_store::*;

use crate::{NOW, act, listed, put};

story!(a_round_of_mails_sees_every_case two_senders_take_no_mail_twice);

async fn a_round_of_mails_sees_every_case(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let frame = ["u1", "u2", "u3", "u4"].map(|unit| listed(unit, "none")).to_vec();
    store.list_units("s", "s", frame, act("frame")).await.expect("listed");
    let mails = ["u1", "u2"]
        .iter()
        .zip(1..)
        .map(|(unit, token)| NewMail { unit: (*unit).to_owned(), token: [token; 16] });
    let (survey, wave) = ("s".to_owned(), "s".to_owned());
    let queue = Post::Queue { survey, wave, round: 1, mails: mails.collect(), at: NOW };
    assert_eq!(store.post(queue).await.expect("queued"), Posted::Changed(2));
    store.post(Post::Stop { case: 3, at: NOW }).await.expect("stopped");
    let taken = store.post(Post::Take { survey: "s".into(), round: 1, at: NOW }).await.expect("taken");
    let Posted::Taken(Some(mail)) = taken else { panic!("{taken:?}") };
    assert_eq!((mail.unit.as_str(), mail.contact.as_deref()), ("u1", Some(&b"sealed u1"[..])));
    let seen = async |round: i64, after: &str| {
        let lines = store.mail_lines("s", round, after, 3).await.expect("read");
        let line = |line: MailLine| (line.case.unit, line.state.map(MailState::name), line.wants_none);
        lines.into_iter().map(line).collect::<Vec<_>>()
    };
    let line = |unit: &str, state, wants_none| (unit.to_owned(), state, wants_none);
    let expected =
        [line("u1", Some("sending"), false), line("u2", Some("queued"), false), line("u3", None, true)];
    assert_eq!(seen(1, "").await, expected);
    assert_eq!(seen(1, "u3").await, [line("u4", None, false)]);
    assert_eq!(seen(2, "").await[0], line("u1", None, false), "another round is another mail");
}

async fn two_senders_take_no_mail_twice(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let units: Vec<String> = (0..40).map(|number| format!("u{number:02}")).collect();
    let frame = units.iter().map(|unit| listed(unit, "none")).collect();
    store.list_units("s", "s", frame, act("frame")).await.expect("listed");
    let mails = units.iter().zip(1..).map(|(unit, token)| NewMail { unit: unit.clone(), token: [token; 16] });
    let (survey, wave) = ("s".to_owned(), "s".to_owned());
    let queue = Post::Queue { survey, wave, round: 0, mails: mails.collect(), at: NOW };
    assert_eq!(store.post(queue).await.expect("queued"), Posted::Changed(40));
    let sender = async || {
        let mut taken = Vec::new();
        while let Posted::Taken(Some(mail)) =
            store.post(Post::Take { survey: "s".into(), round: 0, at: NOW }).await.expect("taken")
        {
            taken.push(mail.unit);
        }
        taken
    };
    let (one, other, third) = tokio::join!(sender(), sender(), sender());
    let mut all = [one, other, third].concat();
    all.sort();
    assert_eq!(all, units);
}
