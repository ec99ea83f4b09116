//! `monshin identity`: a private key for the analyst, and its public half for `survey.toml`.

use anyhow::Result;
use monshin_diag::Lang;

use crate::args::Identity;
use crate::fielding::{rng, write_private};
use crate::output::{Verdict, leave_alone, pick, print};

pub fn run(it: Identity, lang: Lang) -> Result<Verdict> {
    let path = it.file.display();
    if it.file.exists() {
        return Ok(leave_alone(&it.file, lang));
    }
    let identity = monshin_seal::Identity::draw(&mut rng());
    let public = identity.recipient().to_text();
    let keep = pick(
        lang,
        "# 回答を開く秘密鍵。サーバに置かず、人に渡さないでください。".into(),
        "# The private key that opens answers. Keep it off the server, and to yourself.".into(),
    );
    write_private(&it.file, &format!("{keep}\n# {public}\n{}\n", *identity.to_text()))?;
    print(&format!("{public}\n"))?;
    eprintln!(
        "{}",
        pick(
            lang,
            format!(
                "秘密鍵を「{path}」に書きました。上の公開鍵を survey.toml の [fielding] recipients に書いてください"
            ),
            format!(
                "the private key is in `{path}`; write the public key above as one of `recipients` in [fielding] of survey.toml"
            ),
        )
    );
    Ok(Verdict::Fine)
}
