//! Help for the commands of a survey in the field.

use monshin_diag::{Words, words};

pub fn about(path: &str) -> Words {
    match path {
        "identity" => {
            words!("回答を開く秘密鍵を作り、公開鍵を表示する"; "Makes the private key that opens answers, and prints the public one")
        }
        "serve" => {
            words!("回答ページを公開する（--rehearse ですぐに試せる）"; "Serves the respondent's pages (--rehearse tries it at once)")
        }
        "invite" => {
            words!("名簿の組織に回答コードを発行し、差し込み印刷用の一覧を書き出す"; "Issues codes to the units of the frame and writes the list for the letters")
        }
        "operator" => {
            words!("運用コンソールの利用者を加える・一覧する・再設定する・削除する・サインアウトさせる"; "Adds, lists, resets, removes and signs out operators of the console")
        }
        "api-key" => {
            words!("プログラムが API を使うための鍵を作る、または無効にする"; "Makes or ends a key with which a program uses the API")
        }
        "remind" => {
            words!("まだ回答していない組織に、督促のメールを送る"; "Reminds by mail those who have not answered")
        }
        "bounces" => {
            words!("戻ってきたメールを読み、宛先不明を記録する"; "Reads mails that came back and notes who is undeliverable")
        }
        "import" => {
            words!("紙、FAX、電話、Excel で届いた回答を取り込む（CSV か XLSX。誤りが1つでもあれば何も取り込まない）"; "Takes in returns on paper, by FAX, telephone or Excel (CSV or XLSX; nothing where anything is wrong)")
        }
        "export" => {
            words!("回答を1件ずつ CSV に書き出す（封印された回答は --identity で開く）"; "Writes the returns one by one as CSV (--identity opens sealed answers)")
        }
        "erase" => {
            words!("調査の回答、下書き、コード、連絡先を消去し、証明書を書く"; "Erases answers, drafts, codes and contacts of a survey, with a certificate")
        }
        "close" => words!("受付を締め切る"; "Closes a survey"),
        "backup" => {
            words!("公開したまま、データベースを1つのファイルに写す"; "Copies the database into one file while it is in use")
        }
        "restore" => {
            words!("検証した写しを、新しいデータベースに戻す"; "Checks a copy and takes it into a new database")
        }
        "migrate" => {
            words!("SQLite から PostgreSQL へ（または逆へ）移す"; "Moves from SQLite to PostgreSQL, or back")
        }
        _ => Words::default(),
    }
}

pub fn argument(path: &str, name: &str) -> Option<Words> {
    Some(match (path, name) {
        ("restore" | "backup", "database") | (_, "database") => {
            words!("SQLite のファイル、または postgres://…（既定は調査フォルダの fielding.db）"; "SQLite file or postgres://… (default: fielding.db in the survey folder)")
        }
        (_, "secret") => {
            words!("サーバの秘密のファイル（既定は調査フォルダの fielding.secret。なければ作る）"; "File of the server's secret (default: fielding.secret in the survey folder; made where there is none)")
        }
        ("export", "out") => words!("作るファイル（まだないこと）"; "File to make; it may not exist yet"),
        ("export", "encoding") => {
            words!("excel: BOM付きUTF-8、cp932: 古いExcel向け（どちらも数式になる文字列に ' を付ける）、utf8: プログラム向け（回答のまま）。既定は excel"; "excel: UTF-8 with a mark, cp932: for older Excel (both put ' before what would be a formula), utf8: for programs, cells as they are")
        }
        (_, "identity") => {
            words!("回答を開く秘密鍵のファイル"; "File of the private key that opens the answers")
        }
        (_, "rehearsal") => {
            words!("予行のデータベースであることを承知で使う"; "Takes a database of a rehearsal for what it is")
        }
        ("identity", "file") => words!("作るファイル（まだないこと）"; "File to make; it may not exist yet"),
        ("operator", "action") => {
            words!("add 加える、list 一覧、reset パスワードと認証アプリを作り直す、remove 削除、sign-out すべての端末でサインアウト"; "add, list, reset (password and second factor anew), remove, sign-out (ends every session)")
        }
        ("operator", "name") => words!("サインインに使う名前"; "Name to sign in with"),
        ("operator", "all") => words!("sign-out で、全員をサインアウトさせる"; "With sign-out: everybody"),
        ("operator", "role") => {
            words!("役割: owner 管理者、operator 運用者、keyer 入力者、analyst 分析者、viewer 閲覧者"; "Role: owner, operator, keyer, analyst or viewer")
        }
        ("operator", "public_url") => {
            words!("コンソールを開くアドレス（設定用のリンクに使う）"; "Address of the console, for the set-up link")
        }
        ("serve", "dirs") => words!("調査フォルダ（いくつでも）"; "Survey folders, one or more"),
        ("serve", "listen") => words!("待ち受けるアドレス"; "Address to listen on"),
        (_, "public_url") => {
            words!("回答者が開くアドレス（https://…）"; "Address that respondents open (https://…)")
        }
        (_, "smtp") => {
            words!("メールサーバ。smtp://[利用者@]サーバ[:ポート]（STARTTLS）か smtps://…"; "Mail server: smtp://[USER@]HOST[:PORT] (STARTTLS) or smtps://…")
        }
        (_, "smtp_password") => {
            words!("メールサーバのパスワードのファイル（なければ環境変数 MONSHIN_SMTP_PASSWORD）"; "File of its password (else MONSHIN_SMTP_PASSWORD)")
        }
        (_, "smtp_ca") => {
            words!("信頼する証明書（PEM）。組織内のメールサーバ用"; "Certificate to trust (PEM), for a mail server of your own")
        }
        (_, "per_minute") => words!("1分間に送る数"; "Mails in a minute"),
        ("import", "files") => {
            words!("回答のファイル。列は responses.csv と同じ"; "Files of returns, with the columns of responses.csv")
        }
        ("import", "mode") => {
            words!("届いた方法: paper 紙、fax、phone 電話、file ファイル（excel も可）"; "How they came: paper, fax, phone or file (excel too)")
        }
        ("import", "dry_run") => {
            words!("確認だけして、何も取り込まない"; "Checks only, and takes nothing in")
        }
        ("import", "on_conflict") => {
            words!("ウェブで回答した、または始めた組織があるとき: stop 何も取り込まない、keep ウェブを残す、replace こちらを数える"; "Where a unit has answered or begun on the web: stop (nothing is taken in), keep (the web's stays) or replace (this one counts)")
        }
        ("import", "correct") => {
            words!("前に取り込んだ回答に代えて取り込む（入力の訂正）"; "Takes them in place of returns that were taken in before, to correct them")
        }
        ("import", "after_closing") => {
            words!("締切までに届いていた回答を、締切後に取り込む"; "Takes them although the survey has closed: they arrived in time")
        }
        ("import", "sheet") => words!("Excel のシート名"; "Sheet of the workbook"),
        (_, "dry_run") => {
            words!("送らずに、送る数と1通目の内容を表示する"; "Sends nothing; says how many would be sent, and shows the first")
        }
        (_, "again") => {
            words!("届いたかどうか不明のメールも、もう一度送る"; "Sends mails again of which nobody knows whether they arrived")
        }
        (_, "language") => {
            words!("メールの言語（既定は調査の最初の言語）"; "Language of the mails (default: the survey's first)")
        }
        ("api-key", "name") => words!("鍵の名前"; "Name of the key"),
        ("api-key", "scope") => {
            words!("できること: status 回収状況を読む、import 紙やファイルの回答を取り込む"; "What it may do: status (read the counts) or import (bring in returns on paper or as files)")
        }
        ("api-key", "days") => words!("有効な日数"; "Days that it works"),
        ("api-key", "revoke") => {
            words!("その名前の鍵をすぐに無効にする"; "Ends the key of that name at once")
        }
        ("remind", "letters") => {
            words!("monshin invite が書いた letters.csv。繰り返し指定できる"; "letters.csv of `monshin invite`; may be repeated")
        }
        ("remind", "round") => {
            words!("何回目の督促か。同じ回は、1つの組織に1通だけ送る"; "Which reminder it is; a unit gets one mail in each")
        }
        ("bounces", "from") => {
            words!("戻ってきたメール。ファイル、フォルダ（Maildir も可）、mbox。繰り返し指定できる"; "Mails that came back: a file, a folder (Maildir too) or an mbox; may be repeated")
        }
        ("erase", "certificate") => {
            words!("証明書を書くファイル（まだないこと）"; "File of the certificate; it may not exist yet")
        }
        ("erase", "key") => {
            words!("証明書に署名する鍵（monshin signing-key で作る）"; "Key to sign the certificate with (`monshin signing-key` makes one)")
        }
        ("erase", "before_due") => {
            words!("消去の日（erase_on）より前でも消去する"; "Erases before the day that `erase_on` says")
        }
        ("serve", "tls_cert") => {
            words!("サーバ証明書（PEM。中間証明書を続けて入れる）。中継サーバなしで暗号化する"; "Certificate (PEM, intermediates after it): the server encrypts by itself, without a proxy")
        }
        ("serve", "tls_key") => {
            words!("証明書の秘密鍵（PEM、パスワードなし）"; "Private key of the certificate (PEM, without a password)")
        }
        ("serve", "http_redirect") => {
            words!("http:// で来た人を https:// のアドレスへ案内する待ち受け（例 0.0.0.0:80）"; "Where to lead those who come by http:// to https:// (such as 0.0.0.0:80)")
        }
        ("serve", "oidc_issuer") => {
            words!("運用コンソールに組織のアカウントで入るための OpenID Connect の発行者（--features oidc で作ったとき）"; "Issuer of OpenID Connect by which operators may sign in (builds with --features oidc)")
        }
        ("serve", "oidc_client") => {
            words!("発行者に登録したクライアントID"; "Client id, as registered there")
        }
        ("serve", "oidc_secret") => {
            words!("クライアントシークレットのファイル"; "File of the client secret")
        }
        ("serve", "oidc_claim") => {
            words!("利用者名と照らし合わせるもの: email（確認済みのメールアドレス）、sub、username（preferred_username）"; "What names an operator: email (verified), sub or username (preferred_username)")
        }
        ("serve", "oidc_acr") => {
            words!("発行者に求め、確かめる認証の強さ（acr の値。2要素など、発行者が決めた語）"; "How strongly people have to prove themselves there: the provider's word for it (acr), which is asked for and checked")
        }
        ("serve", "metrics") => {
            words!("件数（/metrics、Prometheus）と /healthz、/readyz を渡す待ち受け（例 10.0.0.5:9100）。暗号化せず、だれにでも答える"; "Where to give counts (/metrics, Prometheus), /healthz and /readyz, such as 10.0.0.5:9100; not encrypted, to whoever reaches it")
        }
        ("serve", "trust_proxy") => {
            words!("X-Forwarded-For を信じる中継サーバ。繰り返し指定できる"; "Proxy whose X-Forwarded-For is believed; may be repeated")
        }
        ("serve", "rehearse") => {
            words!("架空の組織と一時的なデータベースですぐに試す"; "At once, with made-up institutions on a temporary database")
        }
        ("serve", "log_json") => words!("記録を JSON で出す"; "Logs as JSON"),
        ("invite", "out") => {
            words!("書き出すフォルダ（まだないこと）"; "Folder to write; it may not exist yet")
        }
        ("invite", "qr") => words!("QRコードも SVG で書き出す"; "Writes QR codes as SVG too"),
        ("backup", "out") => words!("作るファイル（まだないこと）"; "File to make; it may not exist yet"),
        ("restore", "file") => words!("写しのファイル"; "The copy"),
        ("migrate", "from") => words!("読むデータベース"; "Database to read"),
        ("migrate", "to") => words!("移す先の新しいデータベース"; "New database to fill"),
        _ => return None,
    })
}
