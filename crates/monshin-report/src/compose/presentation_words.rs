//! Which figures are unreliable, in words: under tables, under charts, in the method note.

use monshin_diag::{Words, words};
use monshin_tabulate::instrument::{PresentationRule, Unreliable};

use super::setting::Setting;

/// What ※ means.
pub(super) fn weak(setting: &Setting<'_>) -> String {
    let quoting = setting.questionnaire().survey().quoting;
    let min = quoting.min_base;
    let words = match quoting.rule {
        PresentationRule::Minimum => {
            words!("※：集計母数が{min}未満であり、値の安定性が低い。"; "※: base below {min}; the figure is unstable.")
        }
        PresentationRule::Jp30 | PresentationRule::Jp10 => {
            words!("※：集計母数が{min}未満のため参考値。"; "※: base below {min}; for reference only.")
        }
        PresentationRule::Nchs => words!(
            "※：NCHSの基準（集計母数または有効標本数が30未満、信頼区間の幅が30ポイント以上、または幅が割合の130％を超える）により、信頼性が低い。";
            "※: unreliable by the NCHS standard (base or effective size below 30, interval 30 points wide or more, or wider than 130% of the share)."),
    };
    words.get(setting.lang).to_owned()
}

/// What … means.
pub(super) fn omitted(setting: &Setting<'_>) -> String {
    let quoting = setting.questionnaire().survey().quoting;
    let min = quoting.min_base;
    let words = match quoting.rule {
        PresentationRule::Nchs => words!(
            "…：NCHSの基準（集計母数または有効標本数が30未満、信頼区間の幅が30ポイント以上、または幅が割合の130％を超える）により信頼性が低いため、表章しない。秘匿ではない。";
            "…: not presented, since it is unreliable by the NCHS standard (base or effective size below 30, interval 30 points wide or more, or wider than 130% of the share). Not for confidentiality."),
        _ => words!(
            "…：集計母数が{min}未満で信頼性が低いため、表章しない。秘匿ではない。";
            "…: not presented, since a base below {min} is unreliable. Not for confidentiality."),
    };
    words.get(setting.lang).to_owned()
}

/// The marks in a chart.
pub(super) fn of_charts(setting: &Setting<'_>) -> Words {
    let quoting = setting.questionnaire().survey().quoting;
    let min = quoting.min_base;
    match quoting.unreliable {
        Unreliable::Mark => {
            words!("縞模様と※は集計母数{min}未満。"; "Stripes and ※ mark bases below {min}.")
        }
        Unreliable::Omit => {
            words!("…は信頼性が低いため表章しない値。"; "…: unreliable, not presented.")
        }
    }
}

/// Which figures are unreliable, and what becomes of them.
pub(super) fn about(setting: &Setting<'_>) -> String {
    let quoting = setting.questionnaire().survey().quoting;
    let min = quoting.min_base;
    if quoting.unreliable == Unreliable::Omit {
        return about_omitting(setting);
    }
    let words = match quoting.rule {
        PresentationRule::Minimum => words!(
            "集計母数が{min}未満の数値には※を付け、図では縞模様で示す。本文での引用は、理由を注記した場合に限る。";
            "Figures on a base below {min} are marked ※ and striped in charts; the text quotes them only with a reason given in a note."),
        PresentationRule::Jp30 => words!(
            "集計母数が30未満の数値は参考値とし（警察庁の統計の例による）、※を付け、図では縞模様で示す。本文での引用は、理由を注記した場合に限る。";
            "Figures on a base below 30 are reference values (as in statistics of the National Police Agency of Japan), marked ※ and striped in charts; the text quotes them only with a reason given in a note."),
        PresentationRule::Jp10 => words!(
            "集計母数が10未満の数値は参考値とし（厚生労働省の統計の例による）、※を付け、図では縞模様で示す。本文での引用は、理由を注記した場合に限る。";
            "Figures on a base below 10 are reference values (as in statistics of the Ministry of Health, Labour and Welfare of Japan), marked ※ and striped in charts; the text quotes them only with a reason given in a note."),
        PresentationRule::Nchs => words!(
            "割合の信頼性は、米国国立保健統計センター（NCHS）の2017年の基準による。集計母数または有効標本数が30未満のもの、95％信頼区間（Korn–Graubard法）の幅が30ポイント以上のもの、幅が5ポイントを超え割合の130％を超えるものに※を付ける。自由度が8未満のもの、0％または100％のものは、tables.jsonに確認を要するものとして示す。母数30未満のものは図では縞模様で示す。※の数値の本文での引用は、理由を注記した場合に限る。";
            "Whether a share is reliable follows the 2017 standard of the US National Center for Health Statistics (NCHS): marked ※ are shares on a base or an effective size below 30, with a 95% interval (Korn and Graubard) 30 points wide or more, or wider than 5 points and than 130% of the share. Shares on fewer than 8 degrees of freedom, and those of 0% or 100%, are named in tables.json for review. Those on a base below 30 are striped in charts; the text quotes marked figures only with a reason given in a note."),
    };
    words.get(setting.lang).to_owned()
}

fn about_omitting(setting: &Setting<'_>) -> String {
    let quoting = setting.questionnaire().survey().quoting;
    let min = quoting.min_base;
    let rule = match quoting.rule {
        PresentationRule::Minimum => words!(
            "集計母数が{min}未満の数値は、信頼性が低いため表章しない（…）。";
            "Figures on a base below {min} are unreliable and not presented (…)."),
        PresentationRule::Jp30 => words!(
            "集計母数が30未満の数値は、警察庁の統計で参考値とされる例により信頼性が低いものとし、表章しない（…）。";
            "Figures on a base below 30 (reference values in statistics of the National Police Agency of Japan) are taken for unreliable and not presented (…)."),
        PresentationRule::Jp10 => words!(
            "集計母数が10未満の数値は、厚生労働省の統計で参考値とされる例により信頼性が低いものとし、表章しない（…）。";
            "Figures on a base below 10 (reference values in statistics of the Ministry of Health, Labour and Welfare of Japan) are taken for unreliable and not presented (…)."),
        PresentationRule::Nchs => words!(
            "割合の信頼性は、米国国立保健統計センター（NCHS）の2017年の基準による。集計母数または有効標本数が30未満のもの、95％信頼区間（Korn–Graubard法）の幅が30ポイント以上のもの、幅が5ポイントを超え割合の130％を超えるものは表章しない（…）。平均と四分位数は、集計母数が30未満のとき表章しない。自由度が8未満のもの、0％または100％のものは表章し、tables.jsonに確認を要するものとして示す。";
            "Whether a share is reliable follows the 2017 standard of the US National Center for Health Statistics (NCHS): not presented (…) are shares on a base or an effective size below 30, with a 95% interval (Korn and Graubard) 30 points wide or more, or wider than 5 points and than 130% of the share; means and quantiles on a base below 30. Shares on fewer than 8 degrees of freedom, and those of 0% or 100%, are presented and named in tables.json for review."),
    };
    let rest = words!(
        "これは表章の規則であって秘匿ではなく、表章しない値が他の値から計算できることもある。表章しない割合を含む区分の単純平均も示さない。";
        " This is a rule of presentation, not of confidentiality: what is not presented may follow from other figures. Nor is a plain mean given of groups of which one share is not presented.");
    format!("{}{}", rule.get(setting.lang), rest.get(setting.lang))
}
