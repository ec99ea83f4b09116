//! From a frame to letters: units with sealed contacts, their codes, and the list for a mail merge.

use std::collections::BTreeMap;
use std::io::Read;

use getrandom::rand_core::Rng as _;
use monshin_diag::{Diagnostic, Diagnostics, Place, words};
use monshin_frame::{ClassColumn, Contact, Loaded};
use monshin_instrument::records::{Decoder, Encoding};
use monshin_instrument::{Breakdown, BreakdownSource, Questionnaire};
use monshin_seal::{CaseKey, Code, CodeKind, ServerSecret};
use monshin_store::{CaseClasses, Listed, NewCodes, SealedCode};
use serde_json::{Value, json};

use crate::app::{draw, rng};
use crate::session::hex;

/// The columns of classes that a questionnaire's frame has, and how each may be written.
pub fn class_columns(form: &Questionnaire) -> Vec<ClassColumn> {
    of_frame(form).map(|one| ClassColumn::new(&one.id, one.codes.spellings())).collect()
}

fn of_frame(form: &Questionnaire) -> impl Iterator<Item = &Breakdown> {
    form.breakdowns().iter().filter(|breakdown| breakdown.source == BreakdownSource::Frame)
}

/// Reads a frame in whatever encoding it comes.
pub fn read_frame(file: &str, bytes: &[u8], form: &Questionnaire) -> (Option<Loaded>, Diagnostics) {
    let mut text = Vec::new();
    let decoded =
        Encoding::detect(bytes).and_then(|encoding| Decoder::new(bytes, encoding).read_to_end(&mut text));
    if decoded.is_err() {
        let message = words!("文字コードが分かりません"; "the encoding of this file is not known");
        let help = words!("UTF-8 か CP932（Shift_JIS）の CSV で保存し直してください"; "save it again as CSV in UTF-8 or CP932");
        let found = Diagnostic::error("F009", Place::file(file), message).help(help);
        let mut all = Diagnostics::new();
        all.push(found);
        return (None, all);
    }
    monshin_frame::load(file, &text, &class_columns(form))
}

/// So many units of a frame from one on, as a store takes them in.
pub fn listed(
    form: &Questionnaire,
    loaded: &Loaded,
    secret: &ServerSecret,
    from: usize,
    most: usize,
) -> Vec<Listed> {
    let survey = &form.survey().id;
    let unit = |unit| {
        let id = loaded.frame.id(unit);
        let contact = loaded.directory.contact(unit).cloned().unwrap_or_default();
        Listed {
            unit: id.to_owned(),
            pseudonym: hex(&draw::<10>()),
            classes: classes(form, loaded.frame.classes(unit)),
            disposition: loaded.frame.disposition(unit),
            contact: seal_contact(secret, survey, id, &contact),
        }
    };
    loaded.frame.units().skip(from).take(most).map(unit).collect()
}

fn classes(form: &Questionnaire, of_unit: &[u16]) -> CaseClasses {
    let class = |(breakdown, class): (&Breakdown, &u16)| {
        (breakdown.id.clone(), breakdown.codes.codes[usize::from(*class)].id.clone())
    };
    CaseClasses(of_frame(form).zip(of_unit).map(class).collect())
}

/// Lengths of contacts are told in steps of so many bytes.
const STEP: usize = 64;

/// How a unit is reached, for the store: the server's secret opens it, and only as this unit's.
pub fn seal_contact(secret: &ServerSecret, survey: &str, unit: &str, contact: &Contact) -> Vec<u8> {
    let parts = [&contact.name, &contact.email, &contact.address, &contact.phone, &contact.fax];
    let mut text = zeroize::Zeroizing::new(json!(parts).to_string());
    while !text.len().is_multiple_of(STEP) {
        text.push(' ');
    }
    secret.key("contact").seal_exact(of_unit(survey, unit).as_bytes(), text.as_bytes(), &mut rng())
}

/// A contact that [`seal_contact`] sealed for this unit; `None` where it does not open.
pub fn open_contact(secret: &ServerSecret, survey: &str, unit: &str, sealed: &[u8]) -> Option<Contact> {
    let bytes = secret.key("contact").open_exact(of_unit(survey, unit).as_bytes(), sealed).ok()?;
    let Value::Array(parts) = serde_json::from_slice(&bytes).ok()? else { return None };
    let part = |at: usize| parts.get(at).and_then(Value::as_str).map(str::to_owned);
    Some(Contact { name: part(0), email: part(1), address: part(2), phone: part(3), fax: part(4) })
}

fn of_unit(survey: &str, unit: &str) -> String {
    format!("{survey}\n{unit}")
}

/// Codes of one unit, which go into its letter and nowhere else.
pub struct Invitation {
    /// What the store keeps.
    pub kept: NewCodes,
    /// To be typed.
    pub short: Code,
    /// For the link.
    pub link: Code,
}

/// Draws the codes of a unit, and the key of its drafts, which only they give back.
pub fn invite(unit: &str, secret: &ServerSecret) -> Invitation {
    let mut rng = rng();
    let (short, link) = (Code::draw(CodeKind::Short, &mut rng), Code::draw(CodeKind::Link, &mut rng));
    let key = CaseKey::draw(&mut rng);
    let mut sealed =
        |code: &Code| SealedCode { hash: code.hash(secret).0, locked: code.lock(&key, &mut rng) };
    let codes = vec![sealed(&short), sealed(&link)];
    Invitation { kept: NewCodes { unit: unit.to_owned(), codes }, short, link }
}

/// A random name for a case, of no order.
pub fn pseudonym() -> String {
    let mut bytes = [0_u8; 10];
    rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

/// What is written into one letter.
pub struct Letter {
    /// The unit.
    pub unit: String,
    /// How it is reached.
    pub contact: Contact,
    /// The code to be typed.
    pub code: String,
    /// The link.
    pub link: String,
}

impl Letter {
    /// The letter of an invitation.
    pub fn new(invitation: &Invitation, contact: Contact, public_url: &str) -> Letter {
        Letter {
            unit: invitation.kept.unit.clone(),
            contact,
            code: invitation.short.to_text().to_string(),
            link: format!("{public_url}/r/{}", *invitation.link.to_text()),
        }
    }
}

/// The list for a mail merge. Excel knows UTF-8 by its mark; cells that would be formulas are put in words.
pub fn mail_merge(letters: &[Letter]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    let head = ["id", "name", "address", "email", "fax", "code", "link"];
    csv.write_record(head).expect("into memory");
    for letter in letters {
        let text = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default());
        let row = [
            harmless(&letter.unit),
            text(&letter.contact.name),
            text(&letter.contact.address),
            text(&letter.contact.email),
            text(&letter.contact.fax),
            letter.code.clone(),
            letter.link.clone(),
        ];
        csv.write_record(row).expect("into memory, rows of one length");
    }
    csv.into_inner().expect("into memory")
}

/// The link of each unit, from a list that [`mail_merge`] wrote; columns may stand in any order, and there may
/// be others. `None` where it is no such list.
pub fn links(list: &[u8]) -> Option<BTreeMap<String, String>> {
    let text = list.strip_prefix(b"\xef\xbb\xbf").unwrap_or(list);
    let mut csv = csv::Reader::from_reader(text);
    let header = csv.headers().ok()?.clone();
    let column = |name: &str| header.iter().position(|have| have.trim() == name);
    let (unit, link) = (column("id")?, column("link")?);
    let row = |row: csv::StringRecord| (as_written(&row[unit]), row[link].trim().to_owned());
    csv.records().map(|one| one.map(row).ok()).collect()
}

/// Without the mark that keeps a spreadsheet from running the cell as a formula.
fn as_written(cell: &str) -> String {
    let marked = cell.strip_prefix('\'').filter(|rest| harmless(rest) == cell);
    marked.unwrap_or(cell).trim().to_owned()
}

/// A cell that a spreadsheet would run as a formula, made a text.
pub fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// A QR code as SVG; empty where there is too much for one.
pub fn qr(text: &str) -> String {
    match fast_qr::QRBuilder::new(text).build() {
        Ok(code) => fast_qr::convert::svg::SvgBuilder::default().to_str(&code),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_letters_is_a_formula() {
        for cell in ["=1+1", "+81", "-x", "@a", "\tx", "＝1", "＠a"] {
            assert!(harmless(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(harmless("青葉医院"), "青葉医院");
        let contact = Contact { name: Some("=HYPERLINK(\"http://x\")".into()), ..Contact::default() };
        let secret = ServerSecret::draw(&mut rng());
        let letter = Letter::new(&invite("-1", &secret), contact, "https://s.example");
        let text = String::from_utf8(mail_merge(&[letter])).expect("UTF-8");
        let row = text.lines().nth(1).expect("a row");
        assert!(row.starts_with("'-1,\"'=HYPERLINK"), "{row}");
    }

    #[test]
    fn the_links_of_a_list_are_read_back_also_where_excel_has_saved_it() {
        let secret = ServerSecret::draw(&mut rng());
        let letters: Vec<Letter> = ["=u1", "青葉, 1"]
            .map(|unit| Letter::new(&invite(unit, &secret), Contact::default(), "https://s.example"))
            .into();
        let read = links(&mail_merge(&letters)).expect("our own list");
        assert_eq!(read.len(), 2);
        for letter in &letters {
            assert_eq!(read.get(&letter.unit), Some(&letter.link));
        }
        let saved = links("\u{feff}link,id,name,fax\nhttps://a/r/1,'=u1,\"青葉, 医院\",\n".as_bytes());
        assert_eq!(saved, Some(BTreeMap::from([("=u1".to_owned(), "https://a/r/1".to_owned())])));
        for other in ["", "id,name\nu1,a\n", "id,link\nu1\n", "\u{0}\u{1}"] {
            assert_eq!(links(other.as_bytes()), None, "{other:?}");
        }
    }

    #[test]
    fn a_contact_opens_as_its_own_units_and_nobody_elses() {
        let secret = ServerSecret::draw(&mut rng());
        let contact = Contact {
            name: Some("青葉医院".into()),
            email: Some("a@example.jp".into()),
            ..Contact::default()
        };
        let sealed = seal_contact(&secret, "s", "u1", &contact);
        assert!(open_contact(&secret, "s", "u1", &sealed) == Some(contact.clone()));
        assert!(open_contact(&secret, "s", "u2", &sealed).is_none(), "rows that were exchanged do not open");
        assert!(open_contact(&ServerSecret::draw(&mut rng()), "s", "u1", &sealed).is_none());
        let longer = Contact { name: Some("青葉第二医院".into()), ..contact };
        assert_eq!(sealed.len(), seal_contact(&secret, "s", "u1", &longer).len(), "lengths tell little");
    }

    #[test]
    fn a_qr_code_is_a_picture_without_style() {
        let svg = qr("https://survey.example/r/ABCDEF");
        assert!(svg.starts_with("<svg") && !svg.contains("style="), "{}", &svg[..80.min(svg.len())]);
    }
}
