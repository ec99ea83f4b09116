//! The fixed words of a comparison, in Japanese and English.

use monshin_diag::{Lang, Words, words};

use monshin_tabulate::NotPaired;

use super::mapping::Grade;

/// Words of a grade.
pub(super) fn grade(grade: Grade) -> Words {
    match grade {
        Grade::SameWording => words!("同じ設問文"; "same wording"),
        Grade::SameConcept => words!("同じ内容、設問文は異なる"; "same concept, other wording"),
        Grade::DifferentBase => words!("母数が異なる"; "different base"),
    }
}

/// Why two waves are taken as independent.
pub(super) fn not_paired(why: NotPaired) -> Words {
    match why {
        NotPaired::Weighted => words!("対応させない（重み付けがある）"; "not paired: weighted"),
        NotPaired::Designed => {
            words!("対応させない（層や抽出単位がある）"; "not paired: drawn in strata or clusters")
        }
        NotPaired::NoOverlap => {
            words!("対応させない（両方に答えた組織がない）"; "not paired: nobody answered both")
        }
        NotPaired::Small => words!("対応させない（秘匿のため）"; "not paired: it would show too few"),
        NotPaired::Constant => words!("対応させない（答えが変わらない）"; "not paired: nothing changed"),
        NotPaired::NotTabulated => {
            words!("対応させない（集計表がこの回答と一致しない）"; "not paired: the table is of other answers")
        }
    }
}

/// The mark of a grade beside a figure.
pub(super) fn mark(grade: Grade) -> &'static str {
    match grade {
        Grade::SameWording => "",
        Grade::SameConcept => "△",
        Grade::DifferentBase => "▲",
    }
}

/// One of the fixed texts.
pub(super) fn text(what: What, lang: Lang) -> &'static str {
    let (ja, en) = match what {
        What::Title => ("調査の比較", "Surveys compared"),
        What::Summary => ("総評", "Summary"),
        What::Surveys => ("比べる調査", "The surveys"),
        What::Results => ("結果の比較", "Results side by side"),
        What::Method => ("比較の方法", "How it is compared"),
        What::Survey => ("調査", "Survey"),
        What::Period => ("実施期間", "Period"),
        What::Responses => ("回答", "Responses"),
        What::Unit => ("回答の単位", "One response is"),
        What::Weights => ("重み付け", "Weights"),
        What::Weighted => ("あり", "yes"),
        What::Unweighted => ("なし", "no"),
        What::Share => ("割合", "Share"),
        What::Interval => ("95％信頼区間", "95% interval"),
        What::Grade => ("比較可能性", "Comparability"),
        What::Differences => ("割合の差", "Differences"),
        What::GapsOfMeans => ("平均の差", "Differences of means"),
        What::Means => ("平均と母数", "Means and bases"),
        What::Pair => ("比べた調査", "Compared"),
        What::Points => ("差（ポイント）", "Points"),
        What::Units => ("同じ組織", "The same institutions"),
        What::Verdict => ("判定", "Verdict"),
        What::Wording => ("設問文・選択肢・母数の対照", "Wording, answers and base side by side"),
        What::Question => ("設問", "Question"),
        What::Text => ("設問文", "Wording"),
        What::Answers => ("選択肢（【】は集計した回答）", "Answers (in 【】: those counted)"),
        What::Base => ("母数", "Base"),
        What::Figures => ("割合と母数", "Shares and bases"),
        What::Withheld => ("x（秘匿）", "x (withheld)"),
        What::Omitted => ("…（表章しない）", "… (not presented)"),
        What::WhyOmitted => (
            "…：その調査の表示基準により信頼性が低いため、表章しない。秘匿ではない。",
            "…: not presented, since it is unreliable by the rule of its survey. Not for confidentiality.",
        ),
        What::NoBase => ("–（該当する回答なし）", "– (nobody answered)"),
        What::NotAvailable => ("–（この調査にはない）", "– (not in this survey)"),
        What::Supported => ("差がある", "differ"),
        What::NotSupported => ("差があるとはいえない", "no difference shown"),
        What::Weak => ("母数が小さく判断しない", "base too small to say"),
        What::OtherBase => ("母数が異なるため差を示さない", "unlike bases: no difference given"),
        What::NoFigure => ("数値がなく比べられない", "no figure to compare"),
        What::All => ("すべての項目", "Everything compared"),
        What::SameEverywhere => (
            "設問文と選択肢は、どの調査でも同じである。",
            "Wording and answers are the same in every survey.",
        ),
        What::Colophon => (
            "本資料は monshin により、各調査が公表用に秘匿処理を済ませた集計表だけから作成した。",
            "Made by monshin from released tables only.",
        ),
    };
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

/// The fixed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Title,
    Summary,
    Surveys,
    Results,
    Method,
    Survey,
    Period,
    Responses,
    Unit,
    Weights,
    Weighted,
    Unweighted,
    Share,
    Interval,
    Grade,
    Differences,
    GapsOfMeans,
    Means,
    Pair,
    Points,
    Units,
    Verdict,
    Wording,
    Question,
    Text,
    Answers,
    Base,
    Figures,
    Withheld,
    Omitted,
    WhyOmitted,
    NoBase,
    NotAvailable,
    Supported,
    NotSupported,
    Weak,
    OtherBase,
    NoFigure,
    All,
    SameEverywhere,
    Colophon,
}
