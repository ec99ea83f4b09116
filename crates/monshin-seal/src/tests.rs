//! What must hold for every code, key and envelope.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use proptest::prelude::*;

use crate::*;

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

const KINDS: [CodeKind; 2] = [CodeKind::Short, CodeKind::Link];
const SIGNS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[test]
fn a_code_is_read_back_however_it_is_written() {
    for kind in KINDS {
        let code = Code::draw(kind, &mut rng());
        let text = code.to_text();
        let hash = code.hash(&ServerSecret::from_text(&"ab".repeat(32)).expect("64 digits"));
        for written in [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " "),
            format!("  {}\n", *text),
            text.replace('0', "O").replace('1', "l"),
            text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("full width")).collect(),
        ] {
            let read = Code::parse(&written).unwrap_or_else(|why| panic!("{written}: {why:?}"));
            assert_eq!(
                read.hash(&ServerSecret::from_text(&"ab".repeat(32)).expect("64 digits")),
                hash,
                "{written}"
            );
        }
    }
}

#[test]
fn every_wrong_sign_is_found_and_its_place_told() {
    for kind in KINDS {
        let text: Vec<char> = Code::draw(kind, &mut rng()).to_text().replace('-', "").chars().collect();
        for at in 0..text.len() {
            for wrong in SIGNS.chars().filter(|sign| *sign != text[at]) {
                let mut typed = text.clone();
                typed[at] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(Code::parse(&typed).err(), Some(Mistyped::Checks { likely: Some(at + 1) }));
            }
        }
    }
}

#[test]
fn every_exchange_of_two_signs_is_found() {
    for _ in 0..20 {
        for kind in KINDS {
            let text: Vec<char> = Code::draw(kind, &mut rng()).to_text().replace('-', "").chars().collect();
            for (a, b) in (0..text.len()).flat_map(|a| (a + 1..text.len()).map(move |b| (a, b))) {
                let mut typed = text.clone();
                typed.swap(a, b);
                let is_same = typed == text;
                let typed: String = typed.into_iter().collect();
                assert_eq!(Code::parse(&typed).is_ok(), is_same, "{a} {b}");
            }
        }
    }
}

#[test]
fn what_is_no_code_says_why() {
    assert_eq!(Code::parse(" - ").err(), Some(Mistyped::Empty));
    assert_eq!(Code::parse("ABC").err(), Some(Mistyped::Length(3)));
    assert_eq!(Code::parse("ABCU").err(), Some(Mistyped::Sign('U')));
    assert_eq!(Code::parse(&"A".repeat(10_000)).err(), Some(Mistyped::Length(100)));
}

#[test]
fn the_key_of_a_case_is_given_back_by_its_codes_alone() {
    let (short, link) = (Code::draw(CodeKind::Short, &mut rng()), Code::draw(CodeKind::Link, &mut rng()));
    let key = CaseKey::draw(&mut rng());
    let locked = [short.lock(&key, &mut rng()), link.lock(&key, &mut rng())];
    assert_eq!(short.unlock(&locked[0]).expect("its own").0.as_bytes(), key.0.as_bytes());
    assert_eq!(link.unlock(&locked[1]).expect("its own").0.as_bytes(), key.0.as_bytes());
    assert_eq!(short.unlock(&locked[1]).err(), Some(CannotOpen));
    assert_eq!(Code::draw(CodeKind::Short, &mut rng()).unlock(&locked[0]).err(), Some(CannotOpen));
}

#[test]
fn another_secret_gives_another_hash() {
    let code = Code::draw(CodeKind::Short, &mut rng());
    let (one, two) = (ServerSecret::draw(&mut rng()), ServerSecret::draw(&mut rng()));
    assert_ne!(code.hash(&one), code.hash(&two));
    assert_eq!(code.hash(&ServerSecret::from_text(&one.to_text()).expect("its own text")), code.hash(&one));
}

#[test]
fn keys_stand_in_files_and_slips_are_found() {
    let identity = Identity::draw(&mut rng());
    let file = format!("# keep this\n\n{}\n", *identity.to_text());
    let read = Identity::parse(&file).expect("its own text");
    assert_eq!(read.recipient(), identity.recipient());
    let public = identity.recipient().to_text();
    assert_eq!(Recipient::parse(&public), Ok(identity.recipient()));
    assert_eq!(Recipient::parse(&identity.to_text()), Err(UnreadableKey::Private));
    assert_eq!(Identity::parse(&public).err(), Some(UnreadableKey::Public));
    assert_eq!(Recipient::parse(&public[..public.len() - 1]), Err(UnreadableKey::Damaged));
    let last = if public.ends_with('0') { "1" } else { "0" };
    assert_eq!(
        Recipient::parse(&format!("{}{last}", &public[..public.len() - 1])),
        Err(UnreadableKey::Damaged)
    );
}

#[test]
fn nothing_shows_a_secret() {
    let code = Code::draw(CodeKind::Short, &mut rng());
    let identity = Identity::draw(&mut rng());
    let secret = ServerSecret::draw(&mut rng());
    assert_eq!(format!("{code:?} {identity:?} {secret:?}"), "Code(…) Identity(…) ServerSecret(…)");
}

#[test]
fn short_answers_are_of_one_length_and_long_ones_in_few() {
    let to = [Identity::draw(&mut rng()).recipient()];
    let length = |content: usize| seal(&to, b"s", &vec![b'x'; content], &mut rng()).len();
    assert_eq!(length(0), length(1_000));
    assert_eq!(length(2_100), length(2_200));
    assert!(length(5_000) - 5_000 < 800);
}

proptest! {
    #[test]
    fn an_envelope_opens_for_its_recipients_and_no_one_else(
        plain in proptest::collection::vec(any::<u8>(), 0..3_000), flip in any::<prop::sample::Index>()
    ) {
        let (analyst, second, stranger) =
            (Identity::draw(&mut rng()), Identity::draw(&mut rng()), Identity::draw(&mut rng()));
        let sealed = seal(&[analyst.recipient(), second.recipient()], b"survey", &plain, &mut rng());
        prop_assert_eq!(&*open(&analyst, b"survey", &sealed).expect("a recipient"), &plain);
        prop_assert_eq!(&*open(&second, b"survey", &sealed).expect("a recipient"), &plain);
        prop_assert_eq!(open(&stranger, b"survey", &sealed).err(), Some(CannotOpen));
        prop_assert_eq!(open(&analyst, b"another", &sealed).err(), Some(CannotOpen));
        prop_assert_eq!(recipients_of(&sealed, &second.recipient()), Some((2, true)));
        let mut changed = sealed.clone();
        changed[flip.index(sealed.len())] ^= 1;
        prop_assert!(open(&analyst, b"survey", &changed).is_err() || open(&second, b"survey", &changed).is_err());
        prop_assert_eq!(open(&analyst, b"survey", &sealed[..flip.index(sealed.len())]).err(), Some(CannotOpen));
    }
}
