//! Native charts, each beside the figures it is drawn from.

use rust_xlsxwriter::{
    Chart as Native, ChartAxisLabelPosition, ChartDataLabel, ChartErrorBars, ChartErrorBarsType, ChartFont,
    ChartFormat, ChartLegendPosition, ChartLine, ChartPatternFill, ChartPatternFillType, ChartPoint,
    ChartRange, ChartSolidFill, ChartType, Color, Format, FormatBorder, ObjectMovement, XlsxError,
};

use super::sheet::{FONT, Sheet, plain};
use crate::chart::{Bar, Bars, Chart, Row, text};
use crate::compose::words;
use crate::document::Figure;

/// What a native chart is drawn from: a name, a base, values and how far the interval reaches.
struct Line {
    label: String,
    base: String,
    values: Vec<Option<f64>>,
    interval: Option<(f64, f64)>,
    weak: bool,
    why: Option<String>,
}

/// Writes the figures of a chart and, below them, the chart.
pub(super) fn insert(sheet: &mut Sheet<'_>, figure: &Figure) -> Result<(), XlsxError> {
    let lang = sheet.document.lang;
    match &figure.chart {
        Chart::Stacked(chart) => {
            let series: Vec<String> = chart.series.iter().map(|one| one.label.clone()).collect();
            let lines: Vec<Line> = chart.rows.iter().map(|row| line(&row.label, row)).collect();
            bar_chart(sheet, figure, &series, &lines, ChartType::BarPercentStacked, "0.0%")
        }
        Chart::Bars(chart) => bars(sheet, figure, chart),
        Chart::Dots(chart) => bars(sheet, figure, &chart.as_bars()),
        Chart::Boxes(chart) => {
            let lines: Vec<Line> = chart.rows.iter().map(box_line).collect();
            bar_chart(sheet, figure, &[words::MEDIAN.get(lang).to_owned()], &lines, ChartType::Bar, "General")
        }
        Chart::Histogram(chart) => {
            let lines: Vec<Line> = chart
                .bins
                .iter()
                .map(|bin| Line { values: vec![Some(bin.value)], ..empty(&bin.label, "") })
                .collect();
            bar_chart(
                sheet,
                figure,
                &[words::COUNT.get(lang).to_owned()],
                &lines,
                ChartType::Column,
                "General",
            )
        }
        Chart::Ranges(chart) => {
            let line = |row: &crate::chart::RangeRow| Line {
                values: vec![Some(row.share)],
                interval: row.bands.first().copied(),
                ..empty(&row.label, &row.base)
            };
            let lines: Vec<Line> = chart.rows.iter().map(line).collect();
            bar_chart(sheet, figure, &[words::SHARE.get(lang).to_owned()], &lines, ChartType::Bar, "0.0%")
        }
        Chart::Routing(chart) => chart.nodes.iter().try_for_each(|node| {
            let name = format!("{}　{}", node.name, node.base);
            let words = match &*node.condition {
                "" => node.text.clone(),
                condition => words::bracketed(lang, &node.text, condition),
            };
            sheet.pair(&name, &words)
        }),
    }
}

fn bars(sheet: &mut Sheet<'_>, figure: &Figure, chart: &Bars) -> Result<(), XlsxError> {
    let lang = sheet.document.lang;
    let lines: Vec<Line> = chart
        .clusters
        .iter()
        .flat_map(|cluster| {
            cluster.rows.iter().map(|row| match &cluster.heading {
                Some(heading) => line(&words::with_colon(lang, heading, &row.label), row),
                None => line(&row.label, row),
            })
        })
        .collect();
    bar_chart(sheet, figure, &[words::SHARE.get(lang).to_owned()], &lines, ChartType::Bar, "0.0%")
}

fn empty(label: &str, base: &str) -> Line {
    Line {
        label: label.to_owned(),
        base: base.to_owned(),
        values: Vec::new(),
        interval: None,
        weak: false,
        why: None,
    }
}

fn line(label: &str, row: &Row) -> Line {
    match &row.bar {
        Bar::Absent(why) => Line { why: Some(why.clone()), ..empty(label, &row.base) },
        Bar::Parts { parts, weak } => Line {
            values: parts.iter().map(|part| part.is_shown.then_some(part.share)).collect(),
            interval: parts.first().and_then(|part| part.interval),
            weak: *weak,
            ..empty(label, &row.base)
        },
    }
}

fn box_line(row: &crate::chart::BoxRow) -> Line {
    match &row.summary {
        Err(why) => Line { why: Some(why.clone()), ..empty(&row.label, &row.base) },
        Ok(one) => Line {
            values: vec![Some(one.median)],
            interval: Some((one.q1, one.q3)),
            weak: row.weak,
            ..empty(&row.label, &row.base)
        },
    }
}

fn bar_chart(
    sheet: &mut Sheet<'_>,
    figure: &Figure,
    series: &[String],
    lines: &[Line],
    kind: ChartType,
    number: &str,
) -> Result<(), XlsxError> {
    if lines.is_empty() {
        return Ok(());
    }
    let top = write_lines(sheet, series, lines, number)?;
    let bottom = top + lines.len() as u32 - 1;
    let range = |column: u16| ChartRange::new_from_range(&sheet.name, top, column, bottom, column);
    let mut native = Native::new(kind);
    for at in 0..series.len() {
        let column = 2 + at as u16;
        let one = native.add_series();
        // By reference: a name given as text would be read as a formula where it begins with "=".
        one.set_name(&ChartRange::new_from_range(&sheet.name, top - 1, column, top - 1, column));
        one.set_values(&range(column)).set_categories(&range(0)).set_gap(45);
        one.set_format(&mut fill(at, series.len()));
        one.set_points(&lines.iter().map(|line| point(line, at, series.len())).collect::<Vec<_>>());
        one.set_data_label(&data_label(ink(at, series.len()), number));
        // On stripes only black on white is read.
        let on_stripes = data_label(Color::Black, number).set_format(&mut white()).clone();
        let usual = data_label(ink(at, series.len()), number);
        let labels: Vec<ChartDataLabel> =
            lines.iter().map(|line| if line.weak { on_stripes.clone() } else { usual.clone() }).collect();
        if lines.iter().any(|line| line.weak) {
            one.set_custom_data_labels(&labels);
        }
        if at == 0 && lines.iter().any(|line| line.interval.is_some()) {
            let past = 2 + series.len() as u16;
            let kind = ChartErrorBarsType::Custom(range(past + 3), range(past + 2));
            one.set_x_error_bars(ChartErrorBars::new().set_type(kind));
        }
    }
    finish(&mut native, figure, lines.len(), series.len(), kind, number);
    sheet.worksheet.insert_chart(sheet.row, 0, &native)?;
    sheet.row += rows_of(height(lines.len(), kind));
    Ok(())
}

/// The figures: name with base, base, values, interval and how far it reaches to both sides.
fn write_lines(
    sheet: &mut Sheet<'_>,
    series: &[String],
    lines: &[Line],
    number: &str,
) -> Result<u32, XlsxError> {
    let lang = sheet.document.lang;
    let head = plain()
        .set_bold()
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xC4_CCD5))
        .set_background_color(Color::RGB(0xF2_F5F9));
    let bounds = [words::LOWER, words::UPPER, words::BELOW, words::ABOVE].map(|one| one.get(lang).to_owned());
    let has_intervals = lines.iter().any(|line| line.interval.is_some());
    let titles =
        [words::GROUP.get(lang).to_owned(), "n".to_owned()].into_iter().chain(series.iter().cloned());
    let titles: Vec<String> = titles.chain(bounds.into_iter().filter(|_| has_intervals)).collect();
    for (at, title) in titles.iter().enumerate() {
        sheet.string(sheet.row, at as u16, title, &head)?;
    }
    let lines_of_head =
        titles.iter().skip(1).map(|title| text::wrap(title, 62.0, 10.0).len()).max().unwrap_or(1);
    sheet.worksheet.set_row_height(sheet.row, lines_of_head as f64 * 15.0 + 3.0)?;
    sheet.row += 1;
    let top = sheet.row;
    let border = plain().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xC4_CCD5));
    let figures = border.clone().set_num_format(number);
    for line in lines {
        write_line(sheet, line, series.len(), &border, &figures)?;
        sheet.row += 1;
    }
    sheet.gap();
    Ok(top)
}

fn write_line(
    sheet: &mut Sheet<'_>,
    line: &Line,
    series: usize,
    border: &Format,
    figures: &Format,
) -> Result<(), XlsxError> {
    let named = match &*line.base {
        "" => line.label.clone(),
        base => words::bracketed(sheet.document.lang, &line.label, base),
    };
    sheet.string(sheet.row, 0, &named, &border.clone().set_text_wrap())?;
    let lines_of_name = text::wrap(&named, 180.0, 10.0).len();
    sheet.worksheet.set_row_height(sheet.row, lines_of_name as f64 * 15.0)?;
    sheet.string(sheet.row, 1, &line.base, border)?;
    if let Some(why) = &line.why {
        sheet.string(sheet.row, 2, why, border)?;
    }
    for (at, value) in line.values.iter().enumerate() {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            sheet.worksheet.write_number_with_format(sheet.row, 2 + at as u16, value, figures)?;
        }
    }
    if let (Some((low, high)), Some(Some(value))) = (line.interval, line.values.first()) {
        for (at, bound) in [low, high, value - low, high - value].into_iter().enumerate() {
            let column = (2 + series + at) as u16;
            sheet.worksheet.write_number_with_format(sheet.row, column, bound.max(0.0), figures)?;
        }
    }
    Ok(())
}

fn finish(native: &mut Native, figure: &Figure, lines: usize, series: usize, kind: ChartType, number: &str) {
    native.set_width(760).set_height(height(lines, kind));
    native
        .set_name(figure.caption.as_str())
        .set_alt_text(figure.alternative.chars().take(255).collect::<String>());
    native.title().set_hidden();
    native.x_axis().set_font(&font(9));
    native.y_axis().set_font(&font(9));
    // In a bar chart the scale is the x axis, in a column chart the y axis.
    let scale = if kind == ChartType::Column { native.y_axis() } else { native.x_axis() };
    scale.set_num_format(if number == "0.0%" { "0%" } else { number });
    if number == "0.0%" {
        scale.set_min(0.0).set_max(1.0);
    }
    if kind != ChartType::Column {
        // The first group on top, the scale below all the same.
        scale.set_label_position(ChartAxisLabelPosition::High);
        native.y_axis().set_reverse();
    }
    match series {
        1 => native.legend().set_hidden(),
        _ => native.legend().set_position(ChartLegendPosition::Top).set_font(&font(9)),
    };
    native.set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
}

fn height(lines: usize, kind: ChartType) -> u32 {
    if kind == ChartType::Column { 260 } else { 110 + 26 * lines as u32 }
}

fn rows_of(pixels: u32) -> u32 {
    pixels.div_ceil(20) + 1
}

fn font(size: u32) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name(FONT).set_size(size);
    font
}

/// The tones of the page's charts: told apart by lightness alone.
fn tone(at: usize, count: usize) -> u32 {
    let steps = [0x0B_3A75, 0x25_63A6, 0x5B_94CB, 0x91_BBE0, 0xBC_D5EC, 0xD9_E6F3, 0xEE_F3F9];
    match count {
        0 | 1 => steps[1],
        2 => [steps[0], steps[5]][at.min(1)],
        3 => [steps[0], steps[2], steps[5]][at.min(2)],
        _ => steps[at % steps.len()],
    }
}

fn ink(at: usize, count: usize) -> Color {
    if count > 1 && (count < 4 && at == 0 || count >= 4 && at < 2) { Color::White } else { Color::Black }
}

fn data_label(ink: Color, number: &str) -> ChartDataLabel {
    let mut label = ChartDataLabel::new();
    label.show_value().set_num_format(number).set_font(font(9).set_color(ink));
    label
}

fn white() -> ChartFormat {
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(Color::White));
    format
}

fn fill(at: usize, count: usize) -> ChartFormat {
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(tone(at, count))));
    format.set_line(ChartLine::new().set_color(Color::RGB(0x4A_5560)).set_width(0.5));
    format
}

/// Stripes where the base is too weak to quote.
fn point(line: &Line, at: usize, count: usize) -> ChartPoint {
    let mut format = fill(at, count);
    if line.weak {
        format = ChartFormat::new();
        format.set_pattern_fill(
            ChartPatternFill::new()
                .set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
                .set_foreground_color(Color::RGB(tone(at, count)))
                .set_background_color(Color::White),
        );
        format.set_line(ChartLine::new().set_color(Color::RGB(0x4A_5560)).set_width(0.5));
    }
    ChartPoint::new().set_format(&mut format)
}
