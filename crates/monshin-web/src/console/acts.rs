//! What the audit log calls each act, in words.

/// Names of the audit log, and their words.
pub type Acts = &'static [(&'static str, &'static str)];

/// In Japanese.
pub const JA: Acts = &[
    ("survey", "調査の登録"),
    ("frame", "名簿の読み込み"),
    ("codes", "コードの発行"),
    ("mail", "メールの送信"),
    ("bounces", "戻りメールの記録"),
    ("disposition", "回収区分の記録"),
    ("import", "紙などの回答の取り込み"),
    ("schedule", "日程の変更"),
    ("close", "締め切り"),
    ("erase", "消去"),
    ("sign-in", "サインイン"),
    ("sign-out", "サインアウト"),
    ("set-up", "はじめの設定"),
    ("add-operator", "利用者の追加"),
    ("reset-operator", "利用者の再設定"),
    ("remove-operator", "利用者の削除"),
    ("change-role", "役割の変更"),
    ("end-sessions", "サインアウトさせた"),
    ("end-all-sessions", "全員をサインアウトさせた"),
    ("password", "パスワードの変更"),
    ("recovery-codes", "復旧コードの再発行"),
    ("api key", "APIの鍵の作成"),
    ("api key ended", "APIの鍵の無効化"),
];
/// English has the names themselves.
pub const EN: Acts = &[];
