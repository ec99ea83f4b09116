//! What the world refused, in the user's language: a whole chain of causes.

use std::fmt;
use std::io::ErrorKind;

use monshin_diag::{Lang, Words, words};
use monshin_store::{Obstacle, StoreError};

/// A failure of our own that says in both languages what to do.
#[derive(Debug)]
pub struct Trouble(Words);

impl Trouble {
    /// With these words.
    pub fn new(words: Words) -> Trouble {
        Trouble(words)
    }

    /// The words of a language.
    pub fn get(&self, lang: Lang) -> &str {
        self.0.get(lang)
    }
}

/// A failure with words in both languages.
pub fn trouble(words: Words) -> anyhow::Error {
    anyhow::Error::new(Trouble(words))
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Trouble {}

/// There is no database where one is read or added to.
pub fn no_database(address: &str) -> anyhow::Error {
    let address = crate::fielding::shown(address);
    trouble(words!(
        "{address}: データベースがありません。場所が違うときは --database で指定してください。まだ作っていないときは、先に monshin invite か monshin serve を実行してください";
        "{address}: there is no such database. Name it by --database if it is elsewhere; if there is none yet, `monshin invite` or `monshin serve` makes it"
    ))
}

/// The database does not know the survey of the folder.
pub fn no_survey(address: &str, id: &str) -> anyhow::Error {
    let address = crate::fielding::shown(address);
    trouble(words!(
        "{address}: 調査「{id}」は、このデータベースにありません。調査フォルダと --database の組み合わせを確かめてください。monshin invite か monshin serve を実行すると登録されます";
        "{address}: there is no survey `{id}`. Check that folder and --database belong together; `monshin invite` or `monshin serve` puts a survey there"
    ))
}

/// The error with everything behind it, on one line.
pub fn told(error: &anyhow::Error, lang: Lang) -> String {
    let all: Vec<String> = error.chain().map(|cause| one(cause, lang)).collect();
    let mut kept: Vec<&str> = Vec::new();
    for text in &all {
        // Some say already what is behind them.
        if !kept.last().is_some_and(|before| before.ends_with(&**text)) {
            kept.push(text);
        }
    }
    kept.join(": ")
}

fn one(cause: &(dyn std::error::Error + 'static), lang: Lang) -> String {
    if let Some(Trouble(words)) = cause.downcast_ref() {
        return words.get(lang).to_owned();
    }
    let known = match (cause.downcast_ref::<std::io::Error>(), cause.downcast_ref::<StoreError>()) {
        (Some(error), _) => of_io(error.kind()),
        (_, Some(error)) => error.obstacle().map(of_store),
        _ => None,
    };
    known.map_or_else(|| cause.to_string(), |words| words.get(lang).to_owned())
}

fn of_io(kind: ErrorKind) -> Option<Words> {
    Some(match kind {
        ErrorKind::NotFound => {
            words!("ファイルかフォルダがありません。名前と場所を確かめてください"; "there is no such file or folder: check name and place")
        }
        ErrorKind::PermissionDenied => {
            words!("権限がありません。ファイルの持ち主と権限を確かめてください（1024 より小さいポートで待ち受けるときも権限が要ります）"; "not permitted: check owner and rights of the file (a port below 1024 needs them too)")
        }
        ErrorKind::AlreadyExists => {
            words!("すでにあります。上書きしないので、別の名前にしてください"; "exists and is not overwritten: choose another name")
        }
        ErrorKind::AddrInUse => {
            words!("このアドレスは、ほかのプログラムが使っています。そのプログラムを止めるか、--listen で別のポートを指定してください"; "another program listens there: stop it, or name another port by --listen")
        }
        ErrorKind::AddrNotAvailable => {
            words!("この機器にないアドレスです。--listen を確かめてください"; "this machine has no such address: check --listen")
        }
        ErrorKind::StorageFull => words!("ディスクの空きがありません"; "the disk is full"),
        _ => return None,
    })
}

fn of_store(obstacle: Obstacle) -> Words {
    match obstacle {
        Obstacle::NotEmpty => {
            words!("データベースに、すでに中身があります。写しを戻せるのは新しいデータベースだけです。別の名前を指定してください"; "the database is not empty: a backup is restored into a new one. Choose another name")
        }
        Obstacle::OtherKind => {
            words!("予行のデータベースを本番に、または本番のものを予行に使おうとしています。--database を確かめてください（予行のものを承知で使うには --rehearsal）"; "this is a database of a rehearsal where one of the field is asked for, or the other way round: check --database (--rehearsal takes one of a rehearsal)")
        }
        Obstacle::Newer => {
            words!("このデータベースは、より新しい monshin が作ったものです。monshin を新しくしてください"; "the database was made by a newer monshin: use that one")
        }
        Obstacle::InUse => {
            words!("データベースが使用中です。先にサーバ（monshin serve）を止めてください"; "the database is in use: stop the server (monshin serve) first")
        }
        Obstacle::NoPostgres => {
            words!("このビルドは PostgreSQL に対応していません。--features postgres を付けて作り直してください"; "this build has no PostgreSQL: build it with --features postgres")
        }
        Obstacle::NoBackup => {
            words!("monshin backup が作った写しではありません"; "this is no backup of monshin")
        }
        Obstacle::NewerBackup => {
            words!("この写しは、より新しい monshin が作ったものです。monshin を新しくしてください"; "the backup was made by a newer monshin: use that one")
        }
        Obstacle::OtherVersion => {
            words!("別の版の monshin が作った写しです。作ったときの版で戻してください"; "the backup is of another version of monshin: restore it with the version that made it")
        }
        Obstacle::Damaged => {
            words!("写しが壊れているか、途中で切れています。もう一度コピーするか、別の写しを使ってください"; "the backup is damaged or cut short: copy it once more, or take another one")
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn every_cause_is_told_in_the_language_of_the_user() {
        let io = std::io::Error::from(ErrorKind::AddrInUse);
        let error = Err::<(), _>(io).with_context(|| "127.0.0.1:80").expect_err("an error");
        assert!(told(&error, Lang::Ja).starts_with("127.0.0.1:80: このアドレスは"));
        assert!(told(&error, Lang::En).ends_with("name another port by --listen"));
        let error = no_survey("a.db", "s").context("a.db");
        assert!(told(&error, Lang::Ja).contains("調査「s」は"), "{}", told(&error, Lang::Ja));
        let plain = anyhow::anyhow!("within").context("outside");
        assert_eq!(told(&plain, Lang::Ja), "outside: within");
    }
}
