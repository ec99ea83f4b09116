//! The disclosure policy in words, with its thresholds.

use monshin_diag::words;
use monshin_tabulate::AuditPlace;
use monshin_tabulate::instrument::{Disclosure, DisclosurePreset};

use super::setting::Setting;
use super::{sentences, words as terms};

/// What is withheld, by which preset.
pub(super) fn about(setting: &Setting<'_>, policy: &Disclosure) -> String {
    let Disclosure { k, protection, small_class, preset } = *policy;
    let name = preset.name();
    let rule = match preset {
        DisclosurePreset::Register => words!(
            "秘匿方針「悉皆調査」（{name}、k = {k}）による。1以上{k}未満の実数は、選択肢別の回答数、集計母数、無回答、回答者数のいずれについても、全体の表を含めて秘匿した（x）。";
            "Policy \"register\" ({name}, k = {k}): unweighted counts from 1 up to but not including {k} are withheld (x) wherever they stand: answers, bases, blanks, numbers of responses, in overall tables too. "),
        _ => words!(
            "秘匿方針「任意回答の調査」（{name}、k = {k}）による。集計母数が{k}未満の区分を秘匿した（x）。全体の数値と区分別の回答者数は秘匿していない。";
            "Policy \"voluntary\" ({name}, k = {k}): groups with a base below {k} are withheld (x); overall figures and numbers of responses stay. "),
    };
    let rest = words!(
        "公表する全ての表・分岐・差し引きから復元できないよう、他の数値もあわせて秘匿した。小さな値について読み手が計算できる範囲の幅は{protection}以上（公表する全体の数値と集計母数がそれを許さない場合は、許す限り）である。秘匿した値が小さいものか、復元を防ぐためのものかは区別して示さない。集計母数が{small_class}未満の区分で0％または100％となった値には†を付けた。";
        "Others are withheld with them, so that all published tables, routing and subtraction together leave what is small at least {protection} wide (as far as the bases and the overall figures that stay allow). Which figures are small and which protect them is not told. Shares of 0% or 100% in groups below {small_class} are marked †. ");
    format!("{}{}", rule.get(setting.lang), rest.get(setting.lang))
}

/// How much is withheld.
pub(super) fn how_much(setting: &Setting<'_>, places: usize) -> String {
    let words = match places {
        0 => words!("該当するものはなかった。"; "There were none."),
        _ => {
            words!("秘匿した行・値は{places}か所（下表）。"; "{places} rows and cells are withheld (listed below).")
        }
    };
    words.get(setting.lang).to_owned()
}

/// A place in words: the table, and what of it.
pub(super) fn place(setting: &Setting<'_>, place: &AuditPlace) -> (String, String) {
    match place {
        AuditPlace::Row { table, group, code } => {
            let variable = &setting.tables.variables[table.variable];
            let title = sentences::by_title(setting, &setting.variable_title(variable), &table.by);
            let classes = table.by.iter().zip(group);
            let group: Vec<&str> =
                classes.map(|(by, class)| setting.text(&setting.class(*by, *class).label)).collect();
            let group = match group[..] {
                [] => setting.word(terms::OVERALL).to_owned(),
                _ => group.join(" × "),
            };
            let code = code.and_then(|code| Some(&variable.codes.as_ref()?.codes[usize::from(code)]));
            let what = match code {
                None => group,
                Some(code) => terms::with_colon(setting.lang, &group, setting.text(&code.label)),
            };
            (title, what)
        }
        AuditPlace::Responses { breakdown, class } => {
            let title = sentences::respondents_by(setting, setting.breakdown_label(*breakdown));
            let what = match class {
                Some(class) => setting.text(&setting.class(*breakdown, *class).label),
                None => setting.word(terms::UNCLASSIFIED),
            };
            (title, what.to_owned())
        }
    }
}
