//! Every word of the console, in both languages, each pair on one line. One that is missing does not compile.

use monshin_store::{Dates, Mode, Role};

use super::acts::{self, Acts};

macro_rules! words {
    ($($name:ident: $kind:ty = $ja:expr, $en:expr;)*) => {
        /// The words of one language.
        #[cfg_attr(not(feature = "oidc"), expect(dead_code, reason = "some are for who comes by a provider"))]
        pub struct Say { $(pub $name: $kind),* }
        static JA: Say = Say { $($name: $ja),* };
        static EN: Say = Say { $($name: $en),* };
    };
}

type Text = &'static str;
/// A plain page: its title, and what to do.
type Notice = (&'static str, &'static str);

/// The words of a language of the console.
pub fn say(lang: &str) -> &'static Say {
    if lang == "ja" { &JA } else { &EN }
}

impl Say {
    /// The name of a role.
    pub fn role(&self, name: &str) -> &'static str {
        match Role::parse(name) {
            Some(Role::Owner) => self.owner,
            Some(Role::Operator) => self.operator,
            Some(Role::Keyer) => self.keyer,
            Some(Role::Analyst) => self.analyst,
            Some(Role::Viewer) => self.viewer,
            None => "",
        }
    }

    /// What somebody did, as the audit log names it; a name that has no words is shown as it is.
    pub fn act<'a>(&self, act: &'a str) -> &'a str {
        self.acts.iter().find(|(name, _)| *name == act).map_or(act, |(_, words)| words)
    }

    /// What a role may do.
    pub fn of_role(&self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.of_owner,
            Role::Operator => self.of_operator,
            Role::Keyer => self.of_keyer,
            Role::Analyst => self.of_analyst,
            Role::Viewer => self.of_viewer,
        }
    }

    /// How a return came in.
    pub fn mode(&self, mode: Mode) -> &'static str {
        match mode {
            Mode::Web => self.by_web,
            Mode::Paper => self.by_paper,
            Mode::Fax => self.by_fax,
            Mode::Phone => self.by_phone,
            Mode::File => self.by_file,
        }
    }

    /// Whether answers are taken.
    pub fn state(&self, dates: &Dates, now: i64) -> &'static str {
        if dates.is_over(now) {
            self.is_over
        } else if now < dates.opens_at {
            self.is_ahead
        } else if dates.closes_at <= now {
            self.is_late
        } else {
            self.is_open
        }
    }
}

words! {
    own_name: Text = "日本語", "English";
    console: Text = "運用コンソール", "Console";
    colon: Text = "：", ": ";
    skip: Text = "本文へ", "To the content";
    rehearsal: Text = "予行です。架空の組織による試し書きで、実際の回答ではありません。", "This is a rehearsal with made-up institutions. Nothing here is a real answer.";
    operator_name: Text = "利用者名", "Name";
    password: Text = "パスワード", "Password";
    sign_in: Text = "サインイン", "Sign in";
    sign_out_everywhere: Text = "すべての端末でサインアウトさせる", "Sign out everywhere";
    sign_out_all: Text = "全員をサインアウトさせる", "Sign everybody out";
    sign_out_all_hint: Text = "この画面を除くすべてのサインインを、すべてのサーバで終わらせます。端末の紛失や不審な操作に気づいたときにお使いください。", "Ends every sign-in but this one, on every server: for a lost device, or when something looks wrong.";
    sign_out: Text = "サインアウト", "Sign out";
    proceed: Text = "次へ", "Continue";
    errors: Text = "次の点をお確かめください", "Please check the following";
    wrong_sign_in: Text = "利用者名かパスワードが違います。大文字・小文字や全角・半角をお確かめください。", "The name or the password is wrong. Check capitals, and the keyboard's language.";
    sign_in_help: Text = "初めての方は、管理者から受け取った設定用のリンクをお開きください。パスワードや認証アプリをなくしたときは、管理者に再設定を頼んでください。", "If this is your first time, open the set-up link that an owner gave you. If you lost your password or authenticator, ask an owner to reset it.";
    by_provider: Text = "組織のアカウントでサインイン", "Sign in with your organisation's account";
    prove_provider: Text = "組織のアカウントで入った方は、もう一度サインインしてください。そのあと、この操作をやり直してください。", "If you came in with your organisation's account, sign in with it once more; then ask for this again.";
    signed_in: Text = "サインインしました", "You are signed in";
    no_operator: Notice = ("利用者として登録されていません", "組織のアカウントは確認できましたが、この調査の利用者に登録されていません。管理者に、利用者として加えるよう頼んでください。"), ("You are not an operator here", "Your organisation's account is in order, but it is not on the list of operators. Ask an owner to add you.");
    provider_refused: Notice = ("サインインできませんでした", "組織の認証で取り消されたか、許可されませんでした。もう一度お試しになるか、組織の認証の担当者にご相談ください。"), ("You were not signed in", "It was cancelled or not allowed there. Try again, or ask whoever runs your organisation's sign-in.");
    provider_nameless: Notice = ("サインインできませんでした", "組織の認証から、確認済みの名前（メールアドレスなど）を受け取れませんでした。サーバの担当者にご相談ください。"), ("You were not signed in", "Your organisation's sign-in gave no verified name (such as a mail address). Ask whoever runs this server.");
    provider_failed: Notice = ("組織の認証につながりません", "しばらくしてからもう一度お試しください。続くときは、サーバの担当者にお知らせください。パスワードをお持ちの方は、パスワードで入れます。"), ("Your organisation's sign-in does not answer", "Try again in a while; if it goes on, tell whoever runs this server. If you have a password, you can sign in with it.");
    second: Text = "2段階目の確認", "Second step";
    second_label: Text = "認証アプリの6桁の数字", "Six digits from your authenticator";
    second_hint: Text = "30秒ごとに変わります。アプリが手元にないときは、復旧コードを1つ入力してください（使えるのは1回だけです）。", "They change every 30 seconds. Without the app, type one of your recovery codes; each works once.";
    wrong_second: Text = "数字が合いません。アプリに今出ている数字を入力してください。合わないことが続くときは、機器の時計をお確かめください。", "The digits do not match. Type those the app shows now; if it keeps failing, check the device's clock.";
    set_up: Text = "はじめの設定", "Set up your account";
    set_up_lead: Text = "パスワードを決め、認証アプリを登録します。このリンクは1回だけ使えます。", "Choose a password and register an authenticator app. This link works once.";
    password_new: Text = "新しいパスワード", "New password";
    password_hint: Text = "12文字以上。長い文や単語の組み合わせをお勧めします。記号や数字を混ぜる必要はありません。", "12 characters or more. A long phrase is best; no particular mix of signs is needed.";
    password_again: Text = "もう一度", "The same again";
    password_old: Text = "今のパスワード", "Current password";
    password_short: Text = "パスワードが短すぎます。12文字以上にしてください。", "The password is too short: 12 characters or more.";
    password_long: Text = "パスワードが長すぎます。256文字以内にしてください。", "The password is too long: 256 characters at most.";
    password_guessable: Text = "推測されやすいパスワードです。同じ文字の繰り返し、多くの人が使うパスワード、利用者名、団体・調査・このサイトの名前は避けてください。", "The password is easy to guess: avoid repetitions, passwords that many people use, your name, and the names of the organisation, the survey and this site.";
    password_differs: Text = "2回の入力が一致しません。", "The two passwords differ.";
    scan: Text = "認証アプリで読み取ってください", "Scan this with your authenticator app";
    scan_hint: Text = "読み取れないときは、この文字をアプリに入力してください", "If you cannot scan, type this into the app";
    save: Text = "保存する", "Save";
    recovery: Text = "復旧コード", "Recovery codes";
    recovery_lead: Text = "認証アプリをなくしたときに、1つずつ使えるコードです。この画面でしか表示しません。印刷するか、鍵のかかる場所に控えてください。", "If you lose your authenticator, each of these works once. They are shown only here: print them or keep them in a safe place.";
    go_console: Text = "コンソールへ", "To the console";
    dead_link: Notice = ("リンクをお使いになれません", "このリンクは、使用済みか、期限（3日間）が切れています。管理者に新しいリンクを頼んでください。"), ("This link does not work", "It was used already, or its three days are over. Ask an owner for a new one.");
    expired: Notice = ("画面の有効期限が切れました", "この画面からは送信できませんでした。もう一度開き直してからお試しください。"), ("This page has expired", "The form could not be sent. Open the page again and retry.");
    too_many: Notice = ("しばらくお待ちください", "試行の回数が多すぎます。15分ほど待ってから、もう一度お試しください。"), ("Please wait", "There were too many tries. Try again in about 15 minutes.");
    too_large: Notice = ("受け付けられません", "送られた内容が大きすぎるか、途中で切れました。64 MB までのファイルをお使いください。"), ("This cannot be taken", "What was sent is too large, or was cut short. Files may have up to 64 MB.");
    not_found: Notice = ("ページがありません", "アドレスをお確かめください。"), ("There is no such page", "Check the address.");
    not_allowed: Notice = ("権限がありません", "この操作は、あなたの役割ではできません。必要なときは管理者にご相談ください。"), ("You may not do this", "Your role does not allow it. If you need it, ask an owner.");
    not_possible: Notice = ("この操作はできません", "状態が変わったか、選べないものが選ばれました。画面を開き直してお確かめください。"), ("This is not possible", "Something has changed meanwhile, or the choice is not allowed. Open the page again.");
    failed: Notice = ("エラーが起きました", "申し訳ありません。操作は完了していないかもしれません。番号を添えて、サーバの担当者にお知らせください。"), ("Something went wrong", "Sorry. What you did may not be complete. Tell whoever runs the server this number.");
    surveys: Text = "調査", "Surveys";
    survey: Text = "調査", "Survey";
    no_surveys: Text = "調査がありません。", "There is no survey.";
    state: Text = "状態", "State";
    is_ahead: Text = "開始前", "Not yet open";
    is_open: Text = "受付中", "Open";
    is_late: Text = "猶予期間（締切後も受付中）", "Grace period: late returns are taken";
    is_over: Text = "受付終了", "Closed";
    opens: Text = "開始", "Opens";
    closes: Text = "締切", "Closes";
    grace: Text = "猶予期限", "Late returns until";
    board: Text = "回収状況", "Response board";
    as_of: Text = "現在", "As of";
    asked: Text = "対象数", "Asked";
    responses: Text = "回収数", "Returned";
    all: Text = "全体", "All";
    class: Text = "区分", "Class";
    outcome: Text = "回収区分", "Disposition";
    outcomes_lead: Text = "区分と計算式は AAPOR の標準定義によるものです。回収が続いている間は、返送のない対象の多くがまだ回答できます。", "Dispositions and formulas are AAPOR's Standard Definitions. While the survey is open, most of the silent may still answer.";
    rate: Text = "率", "Rate";
    rates: Text = "回収率など", "Outcome rates";
    formula: Text = "計算式", "Formula";
    cases: Text = "対象一覧", "Cases";
    case: Text = "対象", "Case";
    count: Text = "件数", "Cases";
    mode: Text = "回答方法", "Mode";
    by_web: Text = "ウェブ", "Web";
    by_paper: Text = "紙", "Paper";
    by_fax: Text = "FAX", "FAX";
    by_phone: Text = "電話", "Telephone";
    by_file: Text = "ファイル", "File";
    silent: Text = "返送なし", "Silent";
    broken_off: Text = "中断", "Begun";
    refused: Text = "拒否", "Refused";
    undeliverable: Text = "不達", "Undeliverable";
    ruled_out: Text = "対象外", "Not eligible";
    points: Text = "ポイント", "points";
    width_now: Text = "誤差の幅（現在）", "Interval now";
    width_closing: Text = "誤差の幅（締切時の見込み）", "Interval at closing, projected";
    width_lead: Text = "割合が50%のときの95%信頼区間の半幅です（有限母集団修正あり）。締切時の見込みは、直近7日間の回収がそのまま続くと仮定しています。回答しない組織の偏りは含みません。", "Half the 95% interval of a share of 50%, with the finite population correction. The projection assumes that returns go on as in the last seven days. Bias from nonresponse is not in it.";
    chart: Text = "日ごとの回収数", "Returns by day";
    day: Text = "日", "Day";
    no_returns: Text = "まだ回答はありません。", "Nothing has come back yet.";
    timeless: Text = "匿名式の調査では、回答の日時を記録しません。そのため日ごとの推移と見込みは表示できません。", "An anonymous survey keeps no times, so there is no series by day and no projection.";
    as_file: Text = "件数をCSVで保存", "Save the counts as CSV";
    show: Text = "表示", "Show";
    missing: Text = "未回収（回答できる対象）", "Missing (may still answer)";
    all_cases: Text = "すべて", "All";
    uncoded: Text = "コード未発行", "Without a code";
    begins: Text = "IDの先頭", "Id begins with";
    named: Text = "名称の一部", "Part of the name";
    unit: Text = "ID", "Id";
    name: Text = "名称", "Name";
    mail: Text = "メール", "Mail";
    address: Text = "住所", "Address";
    phone: Text = "電話", "Telephone";
    fax: Text = "FAX", "FAX";
    has_code: Text = "コード", "Code";
    yes: Text = "あり", "yes";
    no: Text = "なし", "no";
    nobody: Text = "該当する対象はありません。", "There is no such case.";
    next_page: Text = "次のページ", "Next page";
    back_to_list: Text = "一覧へ戻る", "Back to the list";
    returns: Text = "提出回数", "Returns";
    note_outcome: Text = "分かったことを記録する", "Note what became of it";
    note_hint: Text = "電話での辞退、郵便の不達、廃業などを記録します。回答が届いた対象は変更できません。", "A refusal by telephone, undeliverable mail, an institution that closed. Not where a return is there.";
    has_answered: Text = "この対象の回答は届いています。", "A return of this case is there.";
    new_code: Text = "コードを再発行する", "Issue a new code";
    new_code_hint: Text = "お手紙をなくされたときに使います。前のコードは使えなくなります。回答を始めた対象には再発行できません（書きかけの内容は最初のコードでしか開けないためです）。", "For a lost letter. The old code stops working. Not once answering has begun: only the first code opens what was typed.";
    frame: Text = "名簿", "Frame";
    frame_lead: Text = "名簿のCSVを確認してから読み込みます。確認だけでは何も変わりません。", "A CSV file is checked first, then loaded. Checking changes nothing.";
    columns: Text = "列", "Columns";
    column: Text = "列名", "Column";
    meaning: Text = "書くもの", "What goes in";
    column_id: Text = "対象ごとに違うID（必須）", "An id of its own for each unit (required)";
    column_contact: Text = "連絡先（任意）。暗号化して保存します", "Contacts (optional); kept encrypted";
    column_disposition: Text = "すでに分かっている回収区分（任意）", "What is known already of a case (optional)";
    choose_file: Text = "CSVファイル", "CSV file";
    choose_hint: Text = "UTF-8 または CP932（Shift_JIS）、64 MB まで。", "UTF-8 or CP932, up to 64 MB.";
    check: Text = "確認する", "Check";
    no_file: Text = "ファイルを選んでください。", "Choose a file.";
    no_upload: Text = "確認したファイルが見つかりません（1時間で消えます）。もう一度選んで確認してください。", "The file that was checked is no longer here (it waits for an hour). Choose it again.";
    checked: Text = "確認の結果", "What the check found";
    units: Text = "対象の数", "Units";
    findings: Text = "指摘", "Findings";
    mistakes: Text = "誤りが{}件あります。", "{} mistakes. ";
    row: Text = "{}行目", "row {}";
    whole_file: Text = "ファイル全体", "the file";
    place: Text = "場所", "Place";
    finding: Text = "内容", "What is wrong";
    more_findings: Text = "ほかの指摘", "Further findings";
    mend: Text = "誤りを直して、もう一度選んでください。まだ何も読み込まれていません。", "Mend the mistakes and choose the file again. Nothing was loaded.";
    fine: Text = "誤りはありません。まだ読み込まれていません。", "There is no mistake. Nothing is loaded yet.";
    load: Text = "この名簿を読み込む", "Load this frame";
    load_hint: Text = "新しい対象を加え、連絡先を更新します。名簿にない対象を消すことはありません。回答の届いた対象の区分は変わりません。", "Adds new units and updates contacts. Units that are not in the file stay. Classes of those who have answered do not change.";
    loaded: Text = "読み込みました", "Loaded";
    added: Text = "新しい対象", "New units";
    moved: Text = "区分の変わった対象", "Units with another class";
    kept: Text = "回答済みのため区分を変えなかった対象", "Units that have answered and kept their class";
    letters: Text = "コードと依頼状", "Codes and letters";
    letters_lead: Text = "コードは、このボタンを押したときに作られ、受け取るファイルや画面にだけ現れます。サーバには残りません。必ず保存し、お手紙と同じように管理してください。", "Codes are made when you press the button, and stand only in the file or page you get. The server does not keep them. Save it, and guard it as you guard the letters.";
    to_whom: Text = "対象", "For whom";
    to_uncoded: Text = "コードをまだ発行していない対象", "Units that have no code yet";
    to_replace: Text = "回答を始めていないすべての対象（再発行。前のコードは使えなくなります）", "All that have not begun to answer (new codes; the old ones stop working)";
    in_form: Text = "形式", "Form";
    as_csv: Text = "差し込み印刷用のCSV（全件）", "CSV for a mail merge (all of them)";
    as_print: Text = "印刷用の依頼状（100通ずつ、QRコード付き）", "Letters to print (100 at a time, with QR codes)";
    after: Text = "このIDより後", "After this id";
    only_some: Text = "一部だけに絞る（任意）", "Only some of them (optional)";
    sure_replace: Text = "前のコードが使えなくなることを確認しました", "I know that the old codes stop working";
    issue: Text = "コードを発行する", "Issue codes";
    no_letters: Text = "該当する対象がないため、何も発行していません。", "There is nobody to whom this applies: nothing was issued.";
    not_sure: Text = "確認の欄に印を付けてください。", "Tick the box to confirm.";
    letter_to: Text = "御中", "";
    letter_title: Text = "ご協力のお願い", "Please take part in this survey";
    letter_how: Text = "下のQRコードを読み取るか、アドレスを開いて回答コードを入力してください。アカウントの登録は要りません。", "Scan the QR code, or open the address and type the code. No account is needed.";
    letter_open: Text = "回答画面", "Address";
    letter_code: Text = "回答コード", "Code";
    letter_until: Text = "回答期限", "Please answer by";
    letter_more: Text = "続きがあります。「コードと依頼状」の画面で、もう一度発行してください。", "There are more: issue again on the page for codes and letters.";
    letter_print: Text = "ブラウザの印刷機能で印刷してください（1通が1枚になります）。この画面を閉じると、コードはもう表示できません。", "Print this with your browser, one letter a sheet. Once you close the page, the codes cannot be shown again.";
    mails: Text = "メール", "Mails";
    mails_lead: Text = "回答のリンクをメールで送ります。宛先と名称は、名簿の連絡先から取ります。リンクは、コードを発行したときに保存したCSVから取ります（サーバには残っていません）。回答済み、辞退、不達、停止を希望した対象には送りません。", "Sends the links by mail. Names and addresses are the contacts of the frame; the links come from the CSV that you saved when codes were issued (the server does not keep them). Nobody is written to who has answered, refused, is undeliverable or wants no mails.";
    no_mailer: Text = "このサーバにはメールサーバが設定されていません。monshin serve に --smtp（必要なら --smtp-password）を付けて起動し直してください。", "This server knows no mail server. Start “monshin serve” with --smtp (and --smtp-password where needed).";
    mail_rehearsal: Text = "予行では、メールは送れません。", "A rehearsal sends no mails.";
    no_sender: Text = "差出人がありません。survey.toml の [mail] に from を書き、サーバを起動し直してください。", "Nobody is there to write. Add “from” to [mail] in survey.toml and start the server anew.";
    mail_over: Text = "回答の受付が終わっているため、メールは送れません。", "Answers are no longer taken, so no mails are sent.";
    mail_begin: Text = "メールを送る", "Send mails";
    which_round: Text = "何のメールか", "Which mail";
    invitation: Text = "依頼", "Invitation";
    reminder: Text = "督促{}回目", "Reminder {}";
    mail_language: Text = "メールの言語", "Language of the mails";
    link_list: Text = "コードと依頼状のCSV", "The CSV of codes and letters";
    link_list_hint: Text = "「コードと依頼状」の画面か monshin invite で保存したもの。使うのは id と link の列だけで、保存はしません。", "Saved on the page for codes and letters, or by “monshin invite”. Only its columns “id” and “link” are read, and it is not kept.";
    mail_again: Text = "届いたかどうか不明のメールも、もう一度送る", "Send mails again of which nobody knows whether they arrived";
    no_links: Text = "このファイルは使えません。「コードと依頼状」で保存した、id と link の列のあるCSV（UTF-8）を選んでください。", "This file cannot be used. Choose the CSV (UTF-8) with columns “id” and “link” that was saved on the page for codes and letters.";
    no_waiting: Text = "確認した内容が見つかりません（1時間で消えます）。もう一度ファイルを選んで確認してください。", "What was checked is no longer here (it waits for an hour). Choose the file and check again.";
    is_sending: Text = "すでに送信中です。終わるか、止めてから始めてください。", "Mails are being sent already. Wait for the end, or stop them first.";
    nothing_to_send: Text = "送る対象がありません。", "There is nobody to write to.";
    would_send: Text = "送る", "To be sent";
    was_done: Text = "この回は済んでいる", "Has had this mail, or needs none";
    was_finished: Text = "送らない（回答済み・拒否・不達・対象外）", "Not written to: answered, refused, undeliverable, not eligible";
    opted_out: Text = "送らない（停止を希望）", "Not written to: wants no mails";
    maybe_sent: Text = "送らない（届いたかどうか不明）", "Not written to: the last try may have arrived";
    without_address: Text = "送れない（メールアドレスがない）", "Cannot be written to: no address";
    malformed: Text = "送れない（メールアドレスの形が正しくない）", "Cannot be written to: malformed address";
    without_link: Text = "送れない（CSVにない）", "Cannot be written to: not in the CSV";
    such_as: Text = "例", "such as";
    sample: Text = "1通目はこうなります（リンクは伏せてあります）", "The first one would be (its link is left out)";
    mail_from: Text = "差出人", "From";
    mail_to: Text = "宛先", "To";
    subject: Text = "件名", "Subject";
    takes: Text = "1分間に{}通の速さで送ります。かかる時間の目安", "Sent at {} a minute, which takes about";
    minutes: Text = "{}分", "{} minutes";
    hours: Text = "{}時間", "{} hours";
    send_now: Text = "{}通を送り始める", "Begin to send {} mails";
    progress: Text = "送信の状況", "Progress";
    no_mails: Text = "まだメールは送っていません。", "No mail was sent yet.";
    sending_on: Text = "送信中です。この画面を閉じても続きます。", "Mails are going out. They go on when you close this page.";
    sending_stopped: Text = "途中で止めました。同じ回をもう一度確認して始めると、残りを送ります。", "Stopped before the end. Check and begin the same round again to send the rest.";
    sending_done: Text = "送り終えました。", "All were sent.";
    sending_failed: Text = "送信が途中で終わりました。設定を直してから、同じ回をもう一度確認して始めると、残りを送ります。", "Sending ended before its end. Mend the settings, then check and begin the same round again.";
    sending_stop: Text = "送信を止める", "Stop sending";
    look_again: Text = "最新の状況を表示", "Show how it stands now";
    round: Text = "回", "Round";
    mail_sent: Text = "送信済み", "Sent";
    mail_queued: Text = "これから", "To be sent";
    mail_failed: Text = "未達", "Not taken yet";
    mail_uncertain: Text = "不明", "Uncertain";
    mail_dropped: Text = "不要になった", "Not needed";
    bounces_hint: Text = "「不達」は、メールサーバが断った宛先と、読み込んだ戻りメールの数です。対象一覧では「宛先不明・不達」の区分に入ります。", "Undeliverable are the addresses that the mail server refused, and the mails that came back and were read.";
    returned: Text = "戻ってきたメール", "Mails that came back";
    returned_lead: Text = "届かなかった組織を「宛先不明・不達」として記録します。以後、メールは送りません。回答することは引き続きできます。", "Notes who could not be reached as undeliverable. No more mails go there; answering goes on being possible.";
    returned_file: Text = "戻りメールか、届かなかった組織の一覧", "The mails, or a list of who could not be reached";
    returned_hint: Text = "メール（.eml、mbox）か、id または email の列があるCSV。すぐに記録します。間違えたときは、対象のページで区分を直せます。", "Mails (.eml, mbox), or a CSV with a column “id” or “email”. It is noted at once; on the page of a case it can be noted otherwise.";
    returned_read: Text = "読み込んで記録する", "Read and note";
    returned_noted: Text = "宛先不明として記録", "Noted as undeliverable";
    returned_before: Text = "記録済み、またはこの調査のものでない", "Noted before, or not of this survey";
    returned_late: Text = "遅れているという知らせ", "Only late";
    returned_others: Text = "その他のメール（返信など。人が読んでください）", "Other mails (answers; somebody should read them)";
    returned_left: Text = "そのまま（回答済み、拒否、記録済みなど）", "Left as they are (answered, refused, noted before)";
    returned_unknown: Text = "名簿にない", "Not in the frame";
    nothing_returned: Text = "戻りメールでも、id か email の列がある一覧でもありません。ファイルをお確かめください。", "It is no mail that came back, and no list with a column “id” or “email”. Check the file.";
    prove: Text = "ご本人の確認", "Is it you?";
    prove_lead: Text = "大切な操作です。前の確認から時間がたっているため、ご本人であることをもう一度確かめます（10分間有効）。", "This is a weighty step, and it is a while since you proved who you are. Please do so once more; it is good for ten minutes.";
    prove_password: Text = "パスワードと認証アプリの数字を入力してください。確認できると、そのまま続きます。", "Give your password and the digits of your authenticator; it then goes on by itself.";
    prove_go: Text = "確認して続ける", "Confirm and go on";
    wrong_proof: Text = "パスワードか数字が違います。数字は、アプリに今出ているものを入力してください（1つの数字は1回しか使えません）。", "The password or the digits are wrong. Type the digits that the app shows now; each works once.";
    dates: Text = "日程", "Dates";
    dates_lead: Text = "ここで決めた日程は survey.toml より優先します。猶予期限までは、締切後に届いた回答も受け付けます（回答者には締切だけを知らせます）。", "Dates set here take precedence over survey.toml. Late returns are taken until the grace date; respondents are told the closing date only.";
    zone: Text = "時間帯", "Time zone";
    grace_hint: Text = "空欄なら猶予はありません。", "Leave it empty for none.";
    date_unreadable: Text = "日時を読み取れません。2026-12-01T09:00 の形で入力してください。", "A date cannot be read. Write it as 2026-12-01T09:00.";
    date_order: Text = "開始、締切、猶予期限の順になるようにしてください。", "Opening, closing and grace must follow in this order.";
    set_dates: Text = "日程を保存する", "Save the dates";
    reopen_hint: Text = "手動で締め切った調査は、日程を保存すると再開します。", "A survey that was closed by hand opens again when dates are saved.";
    close_now: Text = "今すぐ締め切る", "Close now";
    close_hint: Text = "回答の受付をただちに終えます。書きかけの回答は提出できなくなります。", "Answers are no longer taken at once. What was begun can no longer be sent.";
    sure_close: Text = "締め切ることを確認しました", "I want to close this survey";
    closed_by_hand: Text = "この調査は手動で締め切られています。", "This survey was closed by hand.";
    operators: Text = "利用者", "Operators";
    owner: Text = "管理者", "Owner";
    operator: Text = "運用者", "Operator";
    keyer: Text = "入力者", "Keyer";
    analyst: Text = "分析者", "Analyst";
    viewer: Text = "閲覧者", "Viewer";
    of_owner: Text = "すべて。利用者の管理と監査記録を含む", "Everything, operators and the audit log included";
    of_operator: Text = "名簿、連絡先、コード、日程", "Frame, contacts, codes, dates";
    of_keyer: Text = "IDで対象を探し、回収区分を記録する。名称は見えない", "Finds cases by id and notes their disposition; sees no names";
    of_analyst: Text = "件数を見て、ファイルに保存する。IDも名称も見えない", "Sees counts and saves them; no ids, no names";
    of_viewer: Text = "件数を見る", "Sees counts";
    role: Text = "役割", "Role";
    set_up_done: Text = "設定済み", "Set up";
    waits: Text = "リンクの利用待ち", "Link not used yet";
    link_over: Text = "リンクの期限切れ", "Link has run out";
    yourself: Text = "あなた", "you";
    add_operator: Text = "利用者を加える", "Add an operator";
    name_hint: Text = "サインインに使う名前。文字、数字、. _ - @ が使えます。", "What they sign in with: letters, digits, . _ - @";
    add: Text = "加える", "Add";
    reset: Text = "再設定", "Reset";
    change_role: Text = "役割を変える", "Change role";
    remove: Text = "削除", "Remove";
    sure_remove: Text = "削除してよい", "Really remove";
    bad_name: Text = "この名前は使えません。文字か数字で始まる64文字までの名前にしてください。", "This name cannot be used: up to 64 signs, beginning with a letter or digit.";
    name_taken: Text = "この名前はすでに使われています。", "This name is taken.";
    not_oneself: Text = "自分自身の変更はできません。ほかの管理者に頼んでください。", "You cannot do this to yourself: ask another owner.";
    link_for: Text = "設定用のリンク", "Set-up link for";
    link_hint: Text = "安全な方法で本人に渡してください。この画面でしか表示しません。3日間、1回だけ使えます。", "Hand it over safely. It is shown only here, works once and for three days.";
    audit: Text = "監査記録", "Audit log";
    acts: Acts = acts::JA, acts::EN;
    audit_lead: Text = "記録は追記だけで、それぞれが前の記録のハッシュを含みます。最後のハッシュを控えておくと、後から書き換えがないことを確かめられます。", "Entries are only added, and each contains the hash of the one before. Keep the last hash, and you can tell later that nothing was rewritten.";
    audit_fine: Text = "すべての記録がつながっています。", "All entries form one chain.";
    audit_fault: Text = "つながらない記録があります。番号", "An entry does not follow from the one before: number";
    last_hash: Text = "最後のハッシュ", "Last hash";
    entries: Text = "記録の数", "Entries";
    save_audit: Text = "すべて保存（JSON Lines）", "Save all (JSON Lines)";
    when: Text = "日時", "When";
    who: Text = "だれが", "Who";
    what: Text = "何を", "What";
    detail: Text = "詳細", "Details";
    older: Text = "前の記録", "Older entries";
    account: Text = "自分のアカウント", "Your account";
    change_password: Text = "パスワードを変える", "Change your password";
    change_password_hint: Text = "変えると、ほかの画面のサインインはすべて終わります。", "All other sessions end when you do.";
    sessions: Text = "サインイン中の画面", "Where you are signed in";
    since: Text = "開始", "Since";
    seen: Text = "最後の利用", "Last used";
    this_one: Text = "この画面", "this one";
    end_one: Text = "終わらせる", "End";
    end_others: Text = "ほかをすべて終わらせる", "End all others";
    new_recovery: Text = "復旧コードを作り直す", "New recovery codes";
    new_recovery_hint: Text = "前の復旧コードは使えなくなります。", "The old ones stop working.";
}
