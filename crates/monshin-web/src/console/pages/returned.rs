//! Mails that came back, and lists of who cannot be reached: a file is read, and the cases are noted.

use std::collections::BTreeSet;

use axum::response::Response;
use monshin_store::{CaseLine, CaseQuery, Disposition, StoreError, Which};

use super::mail::{Rows, named, show_returned};
use crate::bounces::{Returned, Unreachable, unreachable};
use crate::console::chosen::{Chosen, at_rest};
use crate::console::gate::{Desk, Runs};
use crate::pages::value::grouped;

/// Cases read at once.
const AT_ONCE: u32 = 5_000;

/// What a file held.
enum Held {
    Mails(Returned),
    List(Unreachable),
}

/// Notes what came back. It is as weighty as noting it on the page of each case, and can be noted otherwise there.
pub async fn note(chosen: Chosen<Runs>) -> Response {
    let Chosen { desk, survey: id, bytes, .. } = chosen;
    if let Err(response) = desk.survey(&id) {
        return response;
    }
    if bytes.is_empty() {
        return show_returned(&desk, &id, Err(desk.say().no_file)).await;
    }
    let held = at_rest(move || match unreachable(&bytes) {
        Some(list) => Held::List(list),
        None => {
            let mut mails = Returned::default();
            mails.read_mails(&bytes);
            Held::Mails(mails)
        }
    });
    let rows = match held.await {
        Held::Mails(mails) if mails == Returned { others: 1, ..Returned::default() } => {
            return show_returned(&desk, &id, Err(desk.say().nothing_returned)).await;
        }
        Held::Mails(mails) => desk.note_mails(&id, &mails).await,
        Held::List(list) => desk.note_list(&id, list).await,
    };
    match rows {
        Ok(rows) => show_returned(&desk, &id, Ok(rows)).await,
        Err(error) => desk.failed(&error),
    }
}

impl Desk<Runs> {
    async fn note_mails(&self, id: &str, mails: &Returned) -> Result<Rows, StoreError> {
        let noted = mails.note(&*self.app.0.store, id, self.act("bounces", "")).await?;
        let (say, before) = (self.say(), mails.bounces.len() as u64 - noted + mails.foreign);
        let all = [
            (say.returned_noted, noted),
            (say.returned_before, before),
            (say.returned_late, mails.late),
            (say.returned_others, mails.others),
        ];
        Ok(all.into_iter().map(|(label, count)| (label, grouped(count), String::new())).collect())
    }

    /// Notes those of a list who may still be written to.
    async fn note_list(&self, id: &str, list: Unreachable) -> Result<Rows, StoreError> {
        let mut query =
            CaseQuery { survey: id.to_owned(), limit: AT_ONCE, which: Which::All, ..CaseQuery::default() };
        let Unreachable { mut units, mut addresses } = list;
        let (mut noted, mut left) = (Vec::new(), 0);
        loop {
            let lines = self.cases(&query).await?;
            let Some(last) = lines.last() else { break };
            query.after.clone_from(&last.case.unit);
            for line in &lines {
                if !self.is_on(line, &mut units, &mut addresses) {
                    continue;
                }
                let to = Disposition::UnknownExistence;
                let act = self.act("disposition", format!("{} {}", line.case.unit, to.name()));
                let is_noted =
                    line.case.may_be_written_to() && self.app.0.store.record(line.case.case, to, act).await?;
                if is_noted { noted.push(line.case.unit.clone()) } else { left += 1 }
            }
        }
        let unknown: Vec<String> = units.into_iter().chain(addresses).collect();
        let say = self.say();
        Ok(vec![
            (say.returned_noted, grouped(noted.len() as u64), named(say, &noted)),
            (say.returned_left, grouped(left), String::new()),
            (say.returned_unknown, grouped(unknown.len() as u64), named(say, &unknown)),
        ])
    }

    /// Whether a case is on the list; whoever is found is taken off, so that those who are nobody's are left.
    fn is_on(&self, line: &CaseLine, units: &mut BTreeSet<String>, addresses: &mut BTreeSet<String>) -> bool {
        if units.remove(&line.case.unit) {
            return true;
        }
        if addresses.is_empty() {
            return false;
        }
        let email = self.contact(line).email.unwrap_or_default().trim().to_lowercase();
        addresses.remove(&email)
    }
}
