//! Help in the user's language: one table for commands and arguments.

mod fielding;

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};
use monshin_diag::{Lang, Words, words};

/// The language of messages: `--lang`, else the locale, else English.
pub fn language(args: impl Iterator<Item = OsString>) -> Lang {
    let args: Vec<String> = args.filter_map(|arg| arg.into_string().ok()).collect();
    let given = args.iter().enumerate().find_map(|(at, arg)| match arg.strip_prefix("--lang") {
        Some("") => args.get(at + 1).map(String::as_str),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    if let Some(lang) = given.and_then(Lang::from_tag) {
        return lang;
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    locale.as_deref().and_then(Lang::from_tag).unwrap_or(Lang::En)
}

/// The command line with the words of one language.
pub fn localise(mut root: Command, lang: Lang) -> Command {
    let names: Vec<String> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    root = dressed(root, "", lang);
    for name in names {
        root = root.mut_subcommand(&name, |command| dressed(command, &name, lang));
    }
    root
}

fn dressed(mut command: Command, path: &str, lang: Lang) -> Command {
    command = command.about(about(path).get(lang).to_owned()).long_about(clap::builder::Resettable::Reset);
    if path.is_empty() {
        let after = words!("終了コード: 0 正常、1 入力に誤り、2 使い方の誤り、3 環境の障害";
            "Exit code: 0 fine, 1 the input is at fault, 2 wrong usage, 3 the world failed");
        command = command.after_help(after.get(lang).to_owned());
    }
    let names: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for name in names {
        if let Some(words) = argument(path, &name) {
            command = command.mut_arg(&name, |arg| {
                arg.help(words.get(lang).to_owned()).long_help(clap::builder::Resettable::Reset)
            });
        }
    }
    if lang == Lang::Ja { in_japanese(command, path.is_empty()) } else { command }
}

/// What clap would say of itself, in Japanese.
fn in_japanese(command: Command, is_root: bool) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("この説明を表示する");
    let version =
        Arg::new("version").short('V').long("version").action(ArgAction::Version).help("版を表示する");
    let command = command
        .help_template("{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("コマンド")
        .disable_help_flag(true)
        .arg(help)
        .mut_args(|arg| {
            let arg = match arg.is_positional() {
                true => arg.help_heading("引数"),
                false => arg.help_heading("オプション"),
            };
            with_values(arg)
        });
    if is_root {
        command.disable_version_flag(true).arg(version.help_heading("オプション"))
    } else {
        command
    }
}

/// The value that is taken where none is given, and those there are, where the words do not tell them.
fn with_values(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let told = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let mut more = String::new();
    if values.iter().any(|value| !told.contains(&**value)) {
        more = format!("（{}）", values.join("、"));
    }
    let default = arg.get_default_values().first().and_then(|value| value.to_str());
    if let Some(default) = default.filter(|_| !told.contains("既定")) {
        more = format!("{more}（既定は {default}）");
    }
    arg.help(format!("{told}{more}")).hide_possible_values(true).hide_default_value(true)
}

fn about(path: &str) -> Words {
    match path {
        "" => {
            words!("調査票・集計・解説文・報告書を1つのフォルダから。すべての数値を照合します"; "From a survey folder to a report that cannot lie")
        }
        "new" => words!("調査フォルダを作る"; "Starts a survey folder"),
        "check" => words!("調査票、データ、解説文を検査する"; "Checks questionnaire, data and commentary"),
        "simulate" => {
            words!("分岐に従う架空の回答を作る（予行演習用）"; "Makes up responses that obey the routing, for rehearsal")
        }
        "tabulate" => words!("集計表を表示する"; "Prints the tables"),
        "report" => {
            words!("検査のうえ報告書（HTML、PDF、XLSX、JSON）を書き出す"; "Checks, then writes the report (HTML, PDF, XLSX, JSON)")
        }
        "watch" => {
            words!("報告書を書きながらブラウザで見る。保存のたびに検査し、指摘をその文に示す"; "Shows the report in a browser while it is written; checks at every save, findings in place")
        }
        "draft" => {
            words!("集計表から解説文の最初の案を書く。数値と比較はすべて主張になる"; "Writes a first commentary from the tables, all of it claims")
        }
        "compare" => {
            words!("各回や業種の調査を対応表に沿って並べて比べる"; "Puts waves or sectors side by side, through a mapping file")
        }
        "explain" => {
            words!("1つの数値が、母数から区間までどう導かれたかを示す"; "Shows how one figure comes about, from the base to the interval")
        }
        "release" => {
            words!("公開物一式（報告書、集計表、図版、調査票、符号表、ハッシュ、署名）を書き出す"; "Writes the published set: report, tables, figures, questionnaire, code book, hashes, signature")
        }
        "verify" => {
            words!("公開物の改変、署名、数値の再現を確かめる"; "Checks a published set: unchanged, whose, and whether its figures follow from the data")
        }
        "signing-key" => words!("公開物に署名する鍵を作る"; "Makes a pair of keys to sign releases with"),
        "completions" => words!("シェルの補完を出力する"; "Prints completions for a shell"),
        "man" => words!("man ページを出力する"; "Prints the man page"),
        _ => fielding::about(path),
    }
}

fn argument(path: &str, name: &str) -> Option<Words> {
    Some(match (path, name) {
        (_, "lang") => {
            words!("メッセージの言語（既定はロケール）"; "Language of messages (default: the locale)")
        }
        ("new", "dir") => words!("作るフォルダ（まだないこと）"; "Folder to make; it may not exist yet"),
        ("new", "example") => {
            words!("小さなひな形でなく、同梱の調査一式から始める"; "Starts from the whole bundled survey instead of a small one")
        }
        (_, "dir") => {
            words!("調査フォルダ（survey.toml のある場所）"; "Survey folder (where survey.toml is)")
        }
        (_, "lenient") => {
            words!("誤りのある回答を除いて続け、除いた数を報告に記す"; "Keeps faulty answers out, counts them and goes on")
        }
        (_, "weights") => {
            words!("ウエイトの列の名前。指定すると重み付きで集計する"; "Column of the weights; with it the tables are weighted")
        }
        (_, "json") => words!("機械向けに JSON で出力する"; "Prints JSON for machines"),
        ("check", "patterns") => {
            words!("到達しうる回答の組合せを1行に1つ列挙する（最大10万）"; "Lists the reachable answer patterns, one a line (at most 100,000)")
        }
        ("tabulate", "response") => {
            words!("集計表の代わりに、回収区分、回収率、回答しなかった対象による幅を示す"; "Prints dispositions, rates and what nonresponse could do, instead of tables")
        }
        ("tabulate", "audit") => {
            words!("集計表の代わりに、秘匿の監査記録（秘匿した値ごとに、読み手が計算できる範囲と理由）をこのファイルに書く。公表しないこと"; "Instead of tables, writes to this file what a reader can work out of each withheld figure, and why it is withheld; not for publication")
        }
        ("tabulate", "merging") => {
            words!("集計表の代わりに、どの区分をまとめれば秘匿が減るかを示す。秘匿した区分の手がかりとなるため公表しないこと"; "Says instead of tables which classes to merge so that less is withheld; not for publication, since it hints at what is")
        }
        ("tabulate", "by") => {
            words!("区分。2つをコンマでつなぐとクロス集計。繰り返し指定できる"; "Breakdown, or two joined by a comma for a crossed table; may be repeated")
        }
        ("tabulate", "question") => {
            words!("この設問だけ（コンマ区切り）"; "Only these questions, joined by commas")
        }
        ("report", "out") => words!("書き出すフォルダ"; "Folder to write"),
        (_, "pdf_renderer") => {
            words!("PDFを組むプログラム（既定は monshin の隣か PATH にある monshin-pdf）"; "Program that sets the PDF (default: monshin-pdf beside monshin or on the PATH)")
        }
        (_, "font_dir") => {
            words!("PDFに使うフォントのフォルダ（複数可）"; "Folder of fonts for the PDF; may be repeated")
        }
        ("verify", "no_pdf") => words!("PDFとPNGを作り直して比べない"; "Does not set PDF and PNG again"),
        (_, "no_pdf") => words!("PDFとPNGを書き出さない"; "Leaves PDF and PNG out"),
        ("report", "language") => {
            words!("報告書の言語（既定は調査の第1言語）"; "Language of the report (default: the survey's first)")
        }
        ("watch", "listen") => {
            words!("待ち受けるアドレス（この機器の中だけ）"; "Address to listen on; of this machine only")
        }
        ("draft", "language") => {
            words!("解説文の言語（既定は調査の第1言語）"; "Language of the commentary (default: the survey's first)")
        }
        ("draft", "out") => {
            words!("書き込むファイル。省くと、解説文がまだなければ report.言語.md、あれば標準出力"; "File to write; without it report.TAG.md where there is none yet, else standard output")
        }
        ("draft", "force") => {
            words!("すでにある解説文に上書きする"; "Writes over a commentary that is there")
        }
        ("compare", "dirs") => {
            words!("調査フォルダ（2つ以上。重みの列は全調査で同じ名前）"; "Survey folders, two or more; the column of weights has one name in all of them")
        }
        ("compare", "mapping") => {
            words!("対応表（TOML）。省くと案を作り、書き出すフォルダに置く"; "The mapping (TOML); without it a first one is made and written beside the page")
        }
        ("compare", "out") => words!("書き出すフォルダ"; "Folder to write"),
        ("compare", "language") => {
            words!("ページの言語（既定は対応表の第1言語）"; "Language of the page (default: the mapping's first)")
        }
        ("release", "out") => {
            words!("書き出すフォルダ。.zip で終わる名前なら1つのファイル"; "Folder to write; a name that ends in .zip gives one file")
        }
        ("release", "data") => {
            words!("同梱するデータ: none なし、controlled 秘匿処理した個票、full 全個票"; "Data to go along: none, answers with disclosure control, all answers")
        }
        ("release", "consent") => {
            words!("全個票を公開できる根拠（公開物に記載される）"; "Why all answers may be published (stated in the release)")
        }
        ("release", "key") => words!("署名に使う秘密鍵"; "Secret key to sign with"),
        ("release", "url") => {
            words!("公開先のアドレス。埋め込み用の行とOpen Graphの画像が、このアドレスを指す"; "Address that it will have on the web; lines to embed and the Open Graph picture name it in full")
        }
        ("verify", "release") => words!("公開物のフォルダまたは .zip"; "Folder or .zip of the release"),
        ("verify", "public_key") => words!("署名者の公開鍵"; "Public key of whoever should have signed it"),
        ("verify", "data") => {
            words!("データのあるフォルダ（公開物にデータが含まれないとき）"; "Folder that has the data, where the release has none")
        }
        ("signing-key", "file") => {
            words!("鍵のファイル名（.key と .pub が付く）"; "Name of the key files (.key and .pub are added)")
        }
        ("signing-key", "no_password") => {
            words!("秘密鍵にパスワードを付けない"; "Leaves the secret key without a password")
        }
        ("explain", "claim") => {
            words!("主張（例: \"share:q2=yes;founder=individual\"）"; "The claim, such as \"share:q2=yes;founder=individual\"")
        }
        ("simulate", "count") => words!("回答の数"; "How many responses"),
        ("simulate", "seed") => {
            words!("乱数の種。同じ種からは同じ回答ができる"; "Seed; the same seed gives the same responses")
        }
        ("simulate", "blank") => words!("無回答にする割合（0～1）"; "Share of answers left blank, 0 to 1"),
        ("simulate", "frame") => {
            words!("回答の代わりに、その回答者を含む架空の名簿（回収区分付き）を作る。同じ -n と --seed で作った回答と組み合わせる"; "Makes up a frame of so many units with dispositions, instead of the responses; it goes with those of the same -n and --seed")
        }
        ("simulate", "effects") => {
            words!("回答に込める分布（TOML）。区分ごとの違いもここで決める"; "Distributions to plant (TOML), by class where wanted")
        }
        ("simulate", "after") => {
            words!("前の回の調査フォルダ。その回に答えた組織が、同じ id でまた答える"; "Folder of the wave before: units that answered it answer again, under the same ids")
        }
        ("simulate", "again") => {
            words!("前の回に答えた組織のうち、また答える割合（0～1）"; "Share of its units that answer again, 0 to 1")
        }
        ("simulate", "stay") => {
            words!("その組織の回答のうち、前の回と同じままになる割合（0～1）"; "Share of their answers that stay as they were, 0 to 1")
        }
        ("simulate", "out") => {
            words!("書き込むファイル（まだないこと）。省くと標準出力"; "File to write, which may not exist yet; without it, standard output")
        }
        ("completions", "shell") => words!("シェルの名前"; "Name of the shell"),
        _ => return fielding::argument(path, name),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Args;

    #[test]
    fn the_definition_holds_together() {
        localise(Args::command(), Lang::Ja).debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_words_in_both_languages() {
        let root = Args::command();
        for command in std::iter::once(&root).chain(root.get_subcommands()) {
            let path = if std::ptr::eq(command, &root) { "" } else { command.get_name() };
            assert!(!about(path).ja.is_empty() && !about(path).en.is_empty(), "{path}");
            for arg in
                command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version"))
            {
                assert!(argument(path, arg.get_id().as_str()).is_some(), "{path} {}", arg.get_id());
            }
        }
    }

    #[test]
    fn the_language_is_the_flag_before_the_locale() {
        let args = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>().into_iter();
        assert_eq!(language(args(&["monshin", "check", "--lang", "ja"])), Lang::Ja);
        assert_eq!(language(args(&["monshin", "--lang=en"])), Lang::En);
    }
}
