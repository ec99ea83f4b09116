//! Respondents against the frame: shares by class, R-indicators, and what they mean.

use monshin_diag::{Words, words};
use monshin_tabulate::estimate::response::{FrameLine, compare_with_frame};
use monshin_tabulate::{Cases, CasesBy, Evenness};

use super::figures::{percent_text, withheld};
use super::responding::{say, withheld_note};
use super::setting::Setting;
use crate::document::{Block, Cell, Column, Kind, Row, RowGroup, Table};

/// Beyond so many standard deviations a difference is more than chance.
const NOTABLE: f64 = 2.0;

pub(super) fn blocks(setting: &Setting<'_>, cases: &Cases) -> Vec<Block> {
    if cases.total.responses() == 0 {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    for by in &cases.by {
        blocks.push(Block::Table(Box::new(comparison(setting, cases, by))));
        blocks.extend(in_words(setting, cases, by).map(Block::words));
    }
    if cases.evenness().next().is_some() {
        blocks.push(Block::Table(Box::new(indicators(setting, cases))));
        blocks.extend(reading(setting, cases).map(Block::words));
    }
    blocks
}

/// Each class that is shown against all the others.
fn lines(cases: &Cases, by: &CasesBy) -> Vec<Option<FrameLine>> {
    let (units, responses) = (cases.total.not_ruled_out(), cases.total.responses());
    let line = |row: &monshin_tabulate::CasesRow| {
        let counts = row.counts()?;
        let (n, r) = (counts.not_ruled_out(), counts.responses());
        compare_with_frame(&[n, units - n], &[r, responses - r])?.lines.first().copied()
    };
    by.rows.iter().map(line).collect()
}

fn comparison(setting: &Setting<'_>, cases: &Cases, by: &CasesBy) -> Table {
    let lines = lines(cases, by);
    let (units, responses) = (cases.total.not_ruled_out() as f64, cases.total.responses() as f64);
    let overall = if units > 0.0 { responses / units } else { 0.0 };
    let row = |(row, line): (&monshin_tabulate::CasesRow, &Option<FrameLine>)| Row {
        id: None,
        label: setting.text(&setting.class(by.breakdown, row.class).label).to_owned(),
        is_total: false,
        cells: line.as_ref().map_or_else(|| vec![withheld(); 5], |line| cells(line, overall)),
    };
    let label = setting.breakdown_label(by.breakdown);
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    let mut notes = vec![say(
        setting,
        words!("名簿は対象外を除く。差はポイント。標準化した差は、回答者が名簿からの無作為な一部である場合のばらつきを1とし、±2を超えれば偶然とはいえない。部分指標は √(名簿での割合)×(区分の回収率－全体の回収率)。";
        "The frame without those not eligible. Differences are in percentage points; standardised, a difference beyond ±2 is more than chance if the respondents were a random part of the frame. Partial: √(share in the frame) × (response rate of the class − overall)."),
    )];
    notes.extend(chi_square(setting, by));
    if lines.iter().any(Option::is_none) {
        notes.push(withheld_note(setting));
    }
    Table {
        id: format!("against-frame-{}", setting.breakdown_id(by.breakdown)),
        caption: say(
            setting,
            words!("回答者と名簿の構成の比較（{label}別）"; "Respondents against the frame (by {label})"),
        ),
        base: None,
        columns: vec![
            Column::new(label, Kind::Words),
            column(words!("名簿"; "Frame"), Kind::Share),
            column(words!("有効回答"; "Respondents"), Kind::Share),
            column(words!("差（ポイント）"; "Difference (points)"), Kind::Figures),
            column(words!("標準化した差"; "Standardised"), Kind::Figures),
            column(words!("部分指標"; "Partial"), Kind::Figures),
        ],
        groups: vec![RowGroup { label: None, rows: by.rows.iter().zip(&lines).map(row).collect() }],
        notes,
    }
}

fn cells(line: &FrameLine, overall: f64) -> Vec<Cell> {
    let share = |value: Option<f64>| match value {
        Some(value) => Cell::value(value, percent_text(value)),
        None => Cell::words("–"),
    };
    let signed = |value: Option<f64>| Cell::words(value.map_or("–".to_owned(), signed));
    vec![
        share(Some(line.frame)),
        share(line.respondents),
        signed(line.difference.map(|d| d * 100.0)),
        signed(line.standardised),
        Cell::words(partial(line, overall).map_or("–".to_owned(), |value| decimals(value, 3))),
    ]
}

/// Unconditional partial R-indicator of a class, √(N_k/N)(ρ_k − ρ̄).
fn partial(line: &FrameLine, overall: f64) -> Option<f64> {
    Some(line.frame.sqrt() * (line.response_rate? - overall))
}

/// `+5.2`, `−8.1`, `0.0`.
pub(super) fn signed(value: f64) -> String {
    decimals(value, 1)
}

/// A number with its sign and so many decimals; none before what rounds to nothing.
fn decimals(value: f64, many: usize) -> String {
    let text = format!("{:.many$}", value.abs());
    match (text.bytes().all(|byte| matches!(byte, b'0' | b'.')), value > 0.0) {
        (true, _) => text,
        (false, true) => format!("+{text}"),
        (false, false) => format!("−{text}"),
    }
}

/// Whether all classes responded alike; not where a class is withheld, which it could give back.
fn chi_square(setting: &Setting<'_>, by: &CasesBy) -> Option<String> {
    let counts: Option<Vec<_>> = by.rows.iter().map(|row| row.counts()).collect();
    let counts = counts?;
    let units: Vec<u64> = counts.iter().map(|one| one.not_ruled_out()).collect();
    let responses: Vec<u64> = counts.iter().map(|one| one.responses()).collect();
    let test = compare_with_frame(&units, &responses)?.test?;
    let p = if test.p_value < 0.001 { "p<0.001".to_owned() } else { format!("p={:.3}", test.p_value) };
    let (x, df) = (format!("{:.1}", test.statistic), test.df);
    Some(say(
        setting,
        words!("区分によって回収率が異なるか：χ²={x}、自由度{df}、{p}。"; "Do the classes respond alike? χ²={x}, df {df}, {p}."),
    ))
}

/// The classes that stand out most, in a sentence.
fn in_words(setting: &Setting<'_>, cases: &Cases, by: &CasesBy) -> Option<String> {
    let lines = lines(cases, by);
    let notable = |sign: f64| {
        let found = by.rows.iter().zip(&lines).filter_map(|(row, line)| {
            let line = (*line)?;
            (line.standardised? * sign > NOTABLE).then_some((row.class, line.difference?))
        });
        found.max_by(|a, b| (a.1 * sign).total_cmp(&(b.1 * sign)))
    };
    let name = |(class, difference): (u16, f64)| {
        (setting.text(&setting.class(by.breakdown, class).label), signed(difference * 100.0))
    };
    Some(say(
        setting,
        match (notable(1.0).map(name), notable(-1.0).map(name)) {
            (None, None) => return None,
            (Some((over, more)), Some((under, less))) => words!(
            "回答者は名簿に比べて「{over}」が多く（{more}ポイント）、「{under}」が少ない（{less}ポイント）。偶然とはいえない違いである。";
            "Compared with the frame, {over} is over-represented ({more} points) and {under} under-represented ({less} points), more than chance would make it."),
            (Some((class, by)), None) => words!(
            "回答者は名簿に比べて「{class}」が多い（{by}ポイント）。偶然とはいえない違いである。";
            "Compared with the frame, {class} is over-represented ({by} points), more than chance would make it."),
            (None, Some((class, by))) => words!(
            "回答者は名簿に比べて「{class}」が少ない（{by}ポイント）。偶然とはいえない違いである。";
            "Compared with the frame, {class} is under-represented ({by} points), more than chance would make it."),
        },
    ))
}

fn indicators(setting: &Setting<'_>, cases: &Cases) -> Table {
    let rows = cases.evenness().map(|one| indicator_row(setting, cases, one)).collect();
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    Table {
        id: "r-indicator".to_owned(),
        caption: say(
            setting,
            words!("回答の代表性（R指標）"; "Representativeness of response (R-indicators)"),
        ),
        base: None,
        columns: vec![
            column(words!("区分"; "Classes of"), Kind::Words),
            column(words!("R指標"; "R-indicator"), Kind::Number(2)),
            column(words!("95％信頼区間"; "95% interval"), Kind::Figures),
            column(words!("変動係数"; "Coefficient of variation"), Kind::Number(2)),
            column(words!("偏りの上限（ポイント）"; "Largest bias (points)"), Kind::Number(1)),
            column(words!("部分指標"; "Partial"), Kind::Figures),
            column(words!("部分指標（他の区分を揃えた）"; "Partial, others held"), Kind::Figures),
        ],
        groups: vec![RowGroup { label: None, rows }],
        notes: vec![say(
            setting,
            words!("R指標＝1－2×（区分間の回収率の標準偏差）。偶然の分を差し引いてある（Schouten ほか 2009、Shlomo ほか 2012）。1ならどの区分も同じ割合で回答した。変動係数は標準偏差÷回収率、偏りの上限はその半分で、区分ごとの回収率の違いだけで割合がどこまでずれうるかを示す。部分指標は、その区分による標準偏差。";
                "R = 1 − 2 × standard deviation of the classes' response rates, less what chance adds (Schouten et al. 2009, Shlomo et al. 2012): 1 where all respond alike. The coefficient of variation is that deviation over the response rate; half of it bounds the bias of a share from the classes' uneven response. A partial indicator is the deviation due to one breakdown."),
        )],
    }
}

fn indicator_row(setting: &Setting<'_>, cases: &Cases, one: &Evenness) -> Row {
    let labels: Vec<&str> = one.breakdowns.iter().map(|at| setting.breakdown_label(*at)).collect();
    let found = &one.indicator;
    let number = |value: Option<f64>, decimals: usize| match value {
        Some(value) => Cell::value(value, format!("{value:.decimals$}")),
        None => Cell::words("–"),
    };
    let (low, high) = found.interval;
    let (own, conditional) = match one.breakdowns.as_slice() {
        [breakdown] => cases.partial(*breakdown).map_or((None, None), |(own, held)| (Some(own), held)),
        _ => (None, None),
    };
    let partial =
        |value: Option<f64>| Cell::words(value.map_or("–".to_owned(), |value| format!("{value:.3}")));
    Row {
        id: None,
        label: labels.join(" × "),
        is_total: false,
        cells: vec![
            number(Some(found.r), 2),
            Cell::words(format!("{low:.2}–{high:.2}")),
            number(found.cv, 2),
            number(found.worst_bias.map(|bias| bias * 100.0), 1),
            partial(own),
            partial(conditional),
        ],
    }
}

/// What the indicators mean, of the finest classes there are.
fn reading(setting: &Setting<'_>, cases: &Cases) -> Option<String> {
    let one = cases.evenness().last()?;
    let (r, cv) = (format!("{:.2}", one.indicator.r), one.indicator.cv?);
    let bias = format!("{:.1}", one.indicator.worst_bias? * 100.0);
    let labels: Vec<&str> = one.breakdowns.iter().map(|at| setting.breakdown_label(*at)).collect();
    let labels = labels.join(" × ");
    let is_low = one.indicator.response_rate < 0.1;
    let low = match is_low {
        true => {
            words!("回収率が低いときR指標は必ず1に近くなるので、変動係数の方を見る。"; " At a response rate this low the R-indicator is close to 1 whatever happens; the coefficient of variation is the one to read.")
        }
        false => words!(""; ""),
    };
    let (low_ja, low_en) = (low.ja, low.en);
    let how = match cv {
        cv if cv < 0.1 => words!("区分間の偏りは小さい"; "the classes respond much alike"),
        cv if cv < 0.3 => words!("区分間にある程度の偏りがある"; "the classes respond somewhat unevenly"),
        _ => words!("区分間の偏りは大きい"; "the classes respond very unevenly"),
    };
    let (how_ja, how_en) = (how.ja, how.en);
    let cv = format!("{cv:.2}");
    Some(say(
        setting,
        words!(
        "{labels}でみたR指標は{r}、回収率の変動係数は{cv}で、{how_ja}。この偏りだけで、割合は最大{bias}ポイントずれうる。{low_ja}名簿にない性質による偏りは、この指標には現れない。";
        "Over {labels} the R-indicator is {r} and the coefficient of variation {cv}: {how_en}. This alone can put a share off by up to {bias} points.{low_en} Bias from what the frame does not record does not show in it."),
    ))
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn a_sign_stands_before_what_is_not_nothing() {
        assert_eq!([signed(5.24), signed(-8.06), signed(-0.04)], ["+5.2", "−8.1", "0.0"]);
    }
}
