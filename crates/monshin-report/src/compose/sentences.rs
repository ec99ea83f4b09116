//! Sentences with figures in them, in Japanese and English.

use monshin_diag::words;
use monshin_tabulate::{Row, Table, Variable};

use super::presentation_words;
use super::setting::Setting;
use super::words as fixed;
use crate::chart::Chart;
use crate::document::{self, Flag, grouped};

/// 「集計母数：Q1で「はい」と回答（n=598）」.
pub(super) fn base(setting: &Setting<'_>, variable: usize) -> String {
    let one = &setting.tables.variables[variable];
    let who = setting.text(&one.base.sentence);
    let n = setting.overall_n(variable).map_or("x".to_owned(), grouped);
    let of_entries = one.block.map(|block| setting.text(&setting.questionnaire().blocks()[block].label));
    let unit = of_entries.map(|label| words!("、{label}ごとに集計"; ", counted per {label}"));
    let unit = unit.as_ref().map_or("", |unit| unit.get(setting.lang));
    words!("集計母数：{who}（n={n}）{unit}"; "Base: {who} (n={n}){unit}").get(setting.lang).to_owned()
}

/// 「Q2 機器情報の把握（開設者別）」.
pub(super) fn table_caption(setting: &Setting<'_>, table: &Table, variable: &Variable) -> String {
    by_title(setting, &setting.variable_title(variable), &table.by)
}

/// A title with the breakdowns it is shown by.
pub(super) fn by_title(setting: &Setting<'_>, title: &str, by: &[usize]) -> String {
    if by.is_empty() {
        return words!("{title}（全体）"; "{title} (overall)").get(setting.lang).to_owned();
    }
    let labels: Vec<&str> = by.iter().map(|one| setting.breakdown_label(*one)).collect();
    let labels = labels.join(" × ");
    words!("{title}（{labels}別）"; "{title} (by {})", lower(&labels)).get(setting.lang).to_owned()
}

fn lower(label: &str) -> String {
    let mut chars = label.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    // An abbreviation keeps its capitals.
    if chars.clone().next().is_some_and(char::is_uppercase) {
        label.to_owned()
    } else {
        first + chars.as_str()
    }
}

/// Name of a row's group.
pub(super) fn group_label(setting: &Setting<'_>, table: &Table, row: &Row) -> String {
    match (table.by.as_slice(), row.group.as_slice()) {
        (_, []) => setting.word(fixed::OVERALL).to_owned(),
        // In a table of two crossed breakdowns the first stands above the rows.
        ([.., by], [.., class]) => setting.text(&setting.class(*by, *class).label).to_owned(),
        ([], _) => String::new(),
    }
}

/// 「95％信頼区間」.
pub(super) fn interval_head(setting: &Setting<'_>) -> String {
    let level = level(setting);
    words!("{level}％信頼区間"; "{level}% interval").get(setting.lang).to_owned()
}

/// `95`, `99.9`.
pub(super) fn level(setting: &Setting<'_>) -> String {
    let text = format!("{:.2}", setting.tables.level * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// 「開設者の単純平均（11区分）」.
pub(super) fn mean_label(setting: &Setting<'_>, groups: usize) -> String {
    words!("区分の単純平均（{groups}区分）"; "Plain mean of the groups ({groups})")
        .get(setting.lang)
        .to_owned()
}

/// What the marks of this very table mean.
pub(super) fn table_notes(setting: &Setting<'_>, table: &Table, done: &document::Table) -> Vec<String> {
    let cells = || done.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.cells);
    let mut notes = Vec::new();
    if cells().any(|cell| cell.flag == Some(Flag::Unreliable)) {
        notes.push(presentation_words::weak(setting));
    }
    if cells().any(|cell| cell.text.contains('†')) {
        let words =
            words!("†：ごく小さい区分で0％または100％となった値。"; "†: 0% or 100% in a very small group.");
        notes.push(words.get(setting.lang).to_owned());
    }
    if cells().any(|cell| cell.flag == Some(Flag::Withheld)) {
        let words = words!("x：秘匿（少数の回答者が特定されることを防ぐため、数値を公表しない）。"; "x: withheld, so that no single respondent is exposed.");
        notes.push(words.get(setting.lang).to_owned());
    }
    if cells().any(|cell| cell.flag == Some(Flag::Omitted)) {
        notes.push(presentation_words::omitted(setting));
    }
    if cells().any(|cell| cell.flag == Some(Flag::NoBase)) {
        let words = words!("–：該当する回答がなく、割合を定義できない。"; "–: nobody answered, so there is no share.");
        notes.push(words.get(setting.lang).to_owned());
    }
    if cells().any(|cell| cell.mark.is_some()) {
        notes.push(super::differences::sentences_of_marks(setting));
    }
    notes.extend(super::precision::table_note(setting, table));
    if let Some(n @ 1..) = table.unclassified {
        let n = grouped(n);
        let words =
            words!("区分が不明の{n}件はこの表に含まない。"; "{n} of unknown class are not in this table.");
        notes.push(words.get(setting.lang).to_owned());
    }
    notes
}

/// How to read a chart.
pub(super) fn chart_note(setting: &Setting<'_>, chart: &Chart, is_sorted: bool) -> String {
    let level = level(setting);
    let min = setting.questionnaire().survey().quoting.min_base;
    let order = match is_sorted {
        true => {
            words!("区分は割合の大きい順に並べ、集計母数{min}未満の区分は下に置く。"; " Groups by size of the share, those with a base below {min} at the bottom.")
        }
        false => words!(""; ""),
    };
    let (ja, en) = (order.ja, order.en);
    let mark = presentation_words::of_charts(setting);
    if matches!(chart, Chart::Boxes(_)) {
        return words!("箱は第1四分位から第3四分位まで、太線と右の数字は中央値、◇は平均。{}{ja}", mark.ja;
            "Boxes reach from the first to the third quartile; the thick line and the number are the median, ◇ is the mean. {}{en}", mark.en)
        .get(setting.lang)
        .to_owned();
    }
    words!("細い線は{level}％信頼区間。{}{ja}", mark.ja;
        "Thin lines are {level}% intervals. {}{en}", mark.en)
    .get(setting.lang)
    .to_owned()
}

/// 「病床規模別調査結果」.
pub(super) fn results_by(setting: &Setting<'_>, breakdown: usize) -> String {
    let label = setting.breakdown_label(breakdown);
    words!("{label}別調査結果"; "Results by {}", lower(label)).get(setting.lang).to_owned()
}

/// 「全体結果総評」.
pub(super) fn summary_title(setting: &Setting<'_>, title: &str) -> String {
    let title =
        title.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '．' | ' ' | '　'));
    let title = title.strip_suffix("調査結果").map_or(title.to_owned(), |short| format!("{short}結果"));
    words!("{title} 総評"; "Summary: {title}").get(setting.lang).to_owned()
}

/// 「設問文：…」.
pub(super) fn wording(setting: &Setting<'_>, question: &monshin_tabulate::instrument::Question) -> String {
    let (name, text) = (question.display_name(), setting.text(&question.text));
    words!("{name}の設問文：{text}"; "Wording of {name}: {text}").get(setting.lang).to_owned()
}

/// 「897組織」, "897 institutions".
pub(super) fn how_many(setting: &Setting<'_>, count: u64, unit: &str) -> String {
    let count = grouped(count);
    words!("{count}{unit}"; "{count} {unit}").get(setting.lang).to_owned()
}

/// 「2022年11月15日～2022年12月26日」.
pub(super) fn from_to(setting: &Setting<'_>, from: &str, to: &str) -> String {
    words!("{from}～{to}"; "{from} to {to}").get(setting.lang).to_owned()
}

/// The response rate with what it is made of.
pub(super) fn rate(setting: &Setting<'_>, percent: &str, responses: u64, invited: u64) -> String {
    let unit = setting.unit();
    let (responses, invited) = (grouped(responses), grouped(invited));
    words!("{percent}％（{responses}{unit} ÷ {invited}{unit}）"; "{percent}% ({responses} of {invited} {unit})")
        .get(setting.lang)
        .to_owned()
}

/// Why two unlike units give no rate.
pub(super) fn no_rate_across_units(setting: &Setting<'_>, invited_unit: &str) -> String {
    let unit = setting.unit();
    words!("算出しない。調査対象は「{invited_unit}」、回答は「{unit}」で数えられており、単位が異なる数の商は回答率ではない。";
        "Not computed: {invited_unit} were asked and {unit} answered; a quotient of unlike units is no response rate.")
    .get(setting.lang)
    .to_owned()
}

/// Responses over the known totals, where nobody said how many were asked.
pub(super) fn rate_of_population(setting: &Setting<'_>, percent: &str, responses: u64, all: u64) -> String {
    let (responses, all, unit) = (grouped(responses), grouped(all), setting.unit());
    words!("{percent}％（母集団{all}{unit}のうち{responses}{unit}が回答。母集団の数は population.csv による）。";
        "{percent}% ({responses} of the {all} {unit} of population.csv responded).")
    .get(setting.lang)
    .to_owned()
}

/// Why there is no rate at all.
pub(super) fn no_rate(setting: &Setting<'_>) -> String {
    words!("調査対象数が不明のため算出できない。"; "Unknown, since it is not known how many were asked.")
        .get(setting.lang)
        .to_owned()
}

/// 「回答組織の内訳（開設者別）」.
pub(super) fn respondents_by(setting: &Setting<'_>, label: &str) -> String {
    let unit = setting.unit();
    words!("回答{unit}の内訳（{label}別）"; "Respondents by {}", lower(label)).get(setting.lang).to_owned()
}

/// 「集計母数：全回答（n=897）」.
pub(super) fn all_responses(setting: &Setting<'_>, n: &str) -> String {
    words!("集計母数：全回答（n={n}）"; "Base: all responses (n={n})").get(setting.lang).to_owned()
}

/// 「組織数」.
pub(super) fn number_of(setting: &Setting<'_>) -> String {
    let unit = setting.unit();
    words!("{unit}数"; "Number").get(setting.lang).to_owned()
}

/// Classes without a single response.
pub(super) fn nobody_of(setting: &Setting<'_>, labels: &[&str]) -> String {
    let (ja, en) = (labels.join("」「"), labels.join(", "));
    words!("「{ja}」は回答がない。"; "No response from: {en}.").get(setting.lang).to_owned()
}

/// 「対象：…」.
pub(super) fn asked_of(setting: &Setting<'_>, who: &str) -> String {
    words!("対象：{who}"; "Asked of: {who}").get(setting.lang).to_owned()
}

/// How to read the routing diagram.
pub(super) fn routing_note(setting: &Setting<'_>) -> String {
    words!("矢印は、上の設問の回答によって下の設問を尋ねることを示す。nは各設問の集計母数（回答数）。";
        "An arrow leads from a question to the one that its answer opens; n is the number who answered.")
    .get(setting.lang)
    .to_owned()
}

/// What a base is.
pub(super) fn about_bases(setting: &Setting<'_>) -> String {
    words!("各設問の集計母数（n）は、その設問の回答条件に当てはまり、実際に回答した件数である。回答条件に当てはまらない回答者は集計母数に含めない。「わからない」「該当しない」は回答として集計母数に含める。";
        "The base (n) of a question is the number of those whom its condition let in and who answered it. Those it was not asked of are outside the base; \"don't know\" and \"does not apply\" are answers and inside it.")
    .get(setting.lang)
    .to_owned()
}

/// How figures are rounded.
pub(super) fn about_rounding(setting: &Setting<'_>) -> String {
    words!("割合は件数の比から直接計算し、小数第2位を四捨五入して小数第1位まで示す。このため内訳の合計が100％にならないことがある。割合どうしの差はポイントで示す。";
        "Shares are computed from the exact fraction and rounded half up to one decimal, so parts may not add up to 100%. Differences of shares are in percentage points.")
    .get(setting.lang)
    .to_owned()
}

/// What the intervals do not say.
pub(super) fn about_nonresponse(setting: &Setting<'_>, rate: &str) -> String {
    words!("回答率：{rate} 信頼区間は、回答しなかった対象との違いによる偏りを含まない。本報告書の数値は回答者についてのものであり、調査対象全体を代表するとは限らない。全体での割合がありうる範囲は「調査対象と回答」の章に示す。";
        "Response rate: {rate} The intervals do not cover bias from those who did not answer: the figures describe the respondents, who need not be typical of all who were asked. Where the share among all could lie stands in the chapter on who answered.")
    .get(setting.lang)
    .to_owned()
}

/// What became of questions left blank.
pub(super) fn about_missing(setting: &Setting<'_>) -> String {
    let figures = || {
        setting
            .tables
            .tables
            .iter()
            .filter(|table| table.by.is_empty())
            .flat_map(|table| &table.rows)
            .filter_map(Row::figures)
    };
    let blank: u64 = figures().map(|figures| figures.blank).sum();
    let refused: u64 = figures().map(|figures| figures.refused).sum();
    let unknown: u64 = figures().map(|figures| figures.scope_unknown).sum();
    let [blank, refused, unknown] = [blank, refused, unknown].map(grouped);
    words!("無回答は補完せず、集計母数から除いた。全設問の合計で、無回答{blank}件、回答拒否{refused}件、前の設問の無回答により対象かどうか判断できないもの{unknown}件。";
        "Blanks are not imputed and stand outside the base. Over all questions: {blank} left blank, {refused} refused, {unknown} of unknown scope because an earlier question was left blank.")
    .get(setting.lang)
    .to_owned()
}

/// Which averages there are.
pub(super) fn about_averages(setting: &Setting<'_>) -> String {
    words!("「全体」の割合は全回答を合算したものである。「区分の単純平均」は区分ごとの割合を区分の大きさによらず平均したもので、回答のない区分は含めない。両者は別の数値であり、区別して示す。";
        "\"Overall\" shares pool all responses. A \"plain mean of the groups\" averages the groups' shares whatever their size, leaving out groups without answers. The two are different figures and named apart.")
    .get(setting.lang)
    .to_owned()
}

/// That nothing is withheld.
pub(super) fn no_disclosure_control(setting: &Setting<'_>) -> String {
    words!("秘匿処理は行っていない（disclosure = \"none\"）。小さな区分の数値から個々の回答者の回答が推測されうる。";
        "No figure is withheld (disclosure = \"none\"). Answers of single respondents may be inferred from small groups.")
    .get(setting.lang)
    .to_owned()
}

/// What was kept out on reading the data.
pub(super) fn about_intake(setting: &Setting<'_>, total: u64) -> String {
    let words = match total {
        0 => words!("データの誤りにより除外したものはない。"; "Nothing was left out for faults in the data."),
        _ => words!("データの誤りにより、{}件を除外した（下表）。", grouped(total);
            "{} items were left out for faults in the data (listed below).", grouped(total)),
    };
    words.get(setting.lang).to_owned()
}

/// From what this can be made again.
pub(super) fn about_provenance(setting: &Setting<'_>) -> String {
    let form = setting.questionnaire();
    let (id, hash, data) = (&form.survey().id, form.hash(), &setting.tables.input_sha256);
    let data = if data.is_empty() { "–" } else { data };
    words!("調査 {id}、調査票 SHA-256 {hash}、データ SHA-256 {data}。同じ入力からは同じ報告書が得られる。";
        "Survey {id}; questionnaire SHA-256 {hash}; data SHA-256 {data}. The same input gives the same report.")
    .get(setting.lang)
    .to_owned()
}

/// Title of a page of the annex.
pub(super) fn annex_title(
    setting: &Setting<'_>,
    question: &monshin_tabulate::instrument::Question,
) -> String {
    let title = setting.question_title(question);
    words!("付表 {title}"; "Tables: {title}").get(setting.lang).to_owned()
}

/// What made this report.
pub(super) fn colophon(setting: &Setting<'_>) -> String {
    words!("本報告書は monshin により、公表用に秘匿処理を済ませた集計表から作成した。本文の数値はすべて付表の値と照合されている。";
        "Made by monshin from tables released for publication. Every figure of the text has been checked against the tables.")
    .get(setting.lang)
    .to_owned()
}

/// 「12台」, "12 devices".
pub(super) fn with_unit(setting: &Setting<'_>, number: &str, unit: &str) -> String {
    words!("{number}{unit}"; "{number} {unit}").get(setting.lang).trim_end().to_owned()
}

/// A figure that stands in the text although a rule speaks against it.
pub(super) fn waived(setting: &Setting<'_>, reason: &str) -> String {
    words!("掲載の理由：{reason}"; "Why this figure is given: {reason}").get(setting.lang).to_owned()
}

/// The figures of a comparison with the grade of its evidence.
pub(super) fn graded(setting: &Setting<'_>, value: &str, grade: &str) -> String {
    words!("{value}［検定：{grade}］"; "{value} [evidence: {grade}]").get(setting.lang).to_owned()
}

/// Where a fact comes from that is no figure of the survey.
pub(super) fn source(setting: &Setting<'_>, source: &str) -> String {
    words!("出典：{source}"; "Source: {source}").get(setting.lang).to_owned()
}
