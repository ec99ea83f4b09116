//! Our own words, where `survey.toml` has none.

/// Subject and body in a language.
pub fn otherwise(language: &str, is_reminder: bool) -> (&'static str, &'static str) {
    match (language, is_reminder) {
        ("ja", false) => (
            "【ご協力のお願い】{title}",
            "{name} 御中\n\n{organizer}\n\n「{title}」へのご協力をお願いいたします。\n\n\
             次のリンクから回答できます。リンクは貴組織専用ですので、ほかの方に転送なさらないでください。\n{link}\n\n\
             回答期限：{closes}\n\n途中で保存し、あとから続きを入力することもできます。\n{contact}\n\n\
             ――\nこの調査についてのメールを停止する：{stop}\n",
        ),
        ("ja", true) => (
            "【再度のお願い】{title}（{closes}まで）",
            "{name} 御中\n\n{organizer}\n\n「{title}」へのご回答をまだいただいておりません。\n\
             行き違いでご回答いただいていましたら、ご容赦ください。\n\n次のリンクから回答できます。\n{link}\n\n\
             回答期限：{closes}\n{contact}\n\n――\nこの調査についてのメールを停止する：{stop}\n",
        ),
        (_, false) => (
            "{title}: please take part",
            "Dear {name},\n\n{organizer} asks you to take part in \"{title}\".\n\n\
             This link is yours alone; please do not pass it on:\n{link}\n\n\
             Please answer by {closes}. You can save what you have and go on later.\n{contact}\n\n\
             --\nNo more mails about this survey: {stop}\n",
        ),
        (_, true) => (
            "{title}: a reminder (until {closes})",
            "Dear {name},\n\nwe have not had your answers to \"{title}\" yet. If they are on their way, please \
             forgive us.\n\nYou can answer here:\n{link}\n\nPlease answer by {closes}.\n{organizer}\n{contact}\n\n\
             --\nNo more mails about this survey: {stop}\n",
        ),
    }
}
