//! What was typed wrongly on the command line, in the user's language, and values that clap does not know.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use monshin_diag::{Lang, words};

use crate::trouble::Trouble;

/// Prints help on standard output and mistakes on standard error.
pub fn print(error: &clap::Error, lang: Lang) {
    match (lang, in_japanese(error)) {
        (Lang::Ja, Some(text)) => eprint!("{text}"),
        _ => {
            let _ = error.print();
        }
    }
}

/// `None` where it is help, or of a kind that has no words.
fn in_japanese(error: &clap::Error) -> Option<String> {
    let of = |kind| error.get(kind).map(ContextValue::to_string).unwrap_or_default();
    let (arg, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let like = |kind| match of(kind) {
        near if near.is_empty() => String::new(),
        near => format!("。近いもの: {near}"),
    };
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} に値を指定してください"),
        ErrorKind::InvalidValue => {
            format!("{arg} に「{value}」は使えません。使えるもの: {}", of(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(|why| match why.downcast_ref::<Trouble>() {
                Some(trouble) => trouble.get(Lang::Ja).to_owned(),
                None => why.to_string(),
            });
            format!("{arg} に「{value}」は使えません: {}", why.unwrap_or_default())
        }
        ErrorKind::UnknownArgument => {
            format!("「{arg}」という指定はありません{}", like(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => {
            let name = of(ContextKind::InvalidSubcommand);
            format!("「{name}」というコマンドはありません{}", like(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("次の指定が足りません: {arg}"),
        ErrorKind::ArgumentConflict => {
            format!("{arg} と {} は一緒に使えません", of(ContextKind::PriorArg))
        }
        ErrorKind::TooFewValues | ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} の値の数が違います")
        }
        _ => return None,
    };
    let usage = of(ContextKind::Usage).replace("Usage:", "使い方:");
    let usage = usage.trim();
    let gap = if usage.is_empty() { "" } else { "\n" };
    Some(format!("使い方の誤り: {what}\n{gap}{usage}{gap}\n詳しくは --help を付けて実行してください\n"))
}

/// The address that goes into letters and mails: of one host, without a path, encrypted unless nobody else can reach it.
/// A letter that was sent out with a wrong one cannot be called back.
pub fn public_url(text: &str) -> Result<String, Trouble> {
    let wrong = |ja: &str, en: &str| Err(Trouble::new(words!("{ja}"; "{en}")));
    let text = text.strip_suffix('/').unwrap_or(text);
    let Some((scheme, host)) =
        text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
    else {
        return wrong(
            "https:// で始まるアドレスを書いてください（例 https://survey.example.jp）",
            "write an address that begins with https://, such as https://survey.example.jp",
        );
    };
    if host.is_empty()
        || host.contains(['/', '?', '#', '@', '\\', '"', '<', '>'])
        || host.contains(char::is_whitespace)
    {
        return wrong(
            "サーバの名前だけを書いてください（例 https://survey.example.jp）。調査には専用の名前が要り、下位のパスでは公開できません",
            "write the name of the host alone, such as https://survey.example.jp: a survey has a host of its own and no path below one",
        );
    }
    let is_here = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    if scheme == "http" && !is_here {
        return wrong(
            "https:// で始めてください。http:// では、回答コードと回答が途中で読まれます（この機器だけで試すときの 127.0.0.1 と localhost は使えます）",
            "begin it with https://: by http:// codes and answers can be read on their way (127.0.0.1 and localhost may be, to try it on this machine)",
        );
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use crate::help;
    use clap::CommandFactory;

    #[test]
    fn letters_get_an_address_that_opens() {
        for good in [
            "https://survey.example.jp",
            "https://survey.example.jp/",
            "http://127.0.0.1:8088",
            "http://localhost",
        ] {
            assert_eq!(public_url(good).ok().as_deref(), Some(good.trim_end_matches('/')), "{good}");
        }
        for bad in [
            "survey.example.jp",
            "http://survey.example.jp",
            "ftp://x",
            "https://",
            "https://a/b",
            "https://a b",
            "https://u@a",
            "http://127.0.0.1.example.jp",
            "",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mistakes_of_usage_have_japanese_words() {
        let said = |line: &str| {
            let command = help::localise(Args::command(), Lang::Ja);
            let error = command.try_get_matches_from(line.split(' ')).expect_err(line);
            in_japanese(&error).expect("words")
        };
        for (line, word) in [
            ("monshin serve", "次の指定が足りません"),
            ("monshin serv x", "近いもの"),
            ("monshin serve x --public-url a.jp", "https:// で始まる"),
            ("monshin serve x --nothing", "という指定はありません"),
            ("monshin import x y --mode pigeon", "「pigeon」は使えません"),
            ("monshin import x y --mode fax --on-conflict no", "使えるもの: stop"),
        ] {
            let said = said(line);
            assert!(said.contains(word), "{line}: {said}");
            assert!(!said.contains("error:") && !said.contains("Usage:"), "{said}");
        }
    }
}
