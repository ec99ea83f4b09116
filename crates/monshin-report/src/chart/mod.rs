//! Charts as plain values, and one SVG generator for all of them.
//!
//! A chart is told what to draw in finished words (labels, `n=598`, `66.7%`, "withheld"): it
//! rounds nothing and knows no language. Comes in: a [`Chart`], an id that is unique in the page
//! and a [`Size`]. Goes out: one `<svg>` with title and description, without script, style sheet
//! or reference to anything outside itself, so that it stands in HTML and in PDF alike.
//!
//! Invariants: every text lies inside the view box; whiskers are drawn after all bars; every bar
//! carries its base; what has no figure says so in words.

mod bars;
mod boxes;
mod dots;
mod frame;
mod histogram;
mod paint;
mod palette;
mod ranges;
mod routing;
mod slopes;
mod split;
mod stacked;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod text;

pub use palette::{Colour, Palette};
pub(crate) use split::split;

/// A chart to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// One bar of 100 % for each group, divided among the answers.
    Stacked(Stacked),
    /// One bar for each group or answer, with its interval.
    Bars(Bars),
    /// One dot for each survey, with its interval, in clusters.
    Dots(Dots),
    /// How often which number was given.
    Histogram(Histogram),
    /// Quartiles, median and mean for each group.
    Boxes(Boxes),
    /// How far shares could move.
    Ranges(Ranges),
    /// The questions and on what each of them depends.
    Routing(Routing),
}

/// Bars of 100 %.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stacked {
    /// The answers, in the order of the questionnaire.
    pub series: Vec<Series>,
    /// The groups, from top to bottom.
    pub rows: Vec<Row>,
    /// Where the overall share of the first answer lies.
    pub reference: Option<Reference>,
}

/// Bars from zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// Clusters of bars, from top to bottom.
    pub clusters: Vec<Cluster>,
    /// Where the overall share lies.
    pub reference: Option<Reference>,
}

/// Bars that stand together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    /// What they have in common.
    pub heading: Option<String>,
    /// The bars: each has one part.
    pub rows: Vec<Row>,
}

/// One answer of a stacked chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Its label.
    pub label: String,
    /// Don't know, refused, not applicable: drawn apart from the answers proper.
    pub aside: bool,
}

/// One group.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Name of the group.
    pub label: String,
    /// Its base in words: `n=598`.
    pub base: String,
    /// What it shows.
    pub bar: Bar,
    /// Set apart from the other rows: the overall row.
    pub is_total: bool,
}

/// What a group shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Bar {
    /// Figures.
    Parts {
        /// One for each series.
        parts: Vec<Part>,
        /// Too weak a base to quote: drawn in stripes.
        weak: bool,
    },
    /// No figures, and why: "–", "withheld".
    Absent(String),
}

/// A share. The default one is not shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Whether there is a figure; where not, the text says why, and nothing is drawn.
    pub is_shown: bool,
    /// 0 to 1.
    pub share: f64,
    /// As printed: `66.7%`.
    pub text: String,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
}

/// A dashed line across all bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Where: a share.
    pub at: f64,
    /// What it is: `全体 66.7%`.
    pub label: String,
}

/// Dots with intervals: several surveys on the same things.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dots {
    /// The surveys.
    pub series: Vec<DotSeries>,
    /// Clusters of dots, from top to bottom.
    pub clusters: Vec<DotCluster>,
    /// Two surveys of one time series: a line from the first to the second for each cluster.
    pub is_slope: bool,
}

/// One survey of a chart of dots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DotSeries {
    /// Its label.
    pub label: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
}

/// Dots that stand together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotCluster {
    /// What they have in common.
    pub heading: Option<String>,
    /// The dots.
    pub rows: Vec<DotRow>,
    /// Whether their bases are unlike, so that no line may lead from one to the other.
    pub is_unlike: bool,
}

/// One dot.
#[derive(Clone, Debug, PartialEq)]
pub struct DotRow {
    /// Position of the survey in [`Dots::series`].
    pub series: usize,
    /// Its base in words: `n=598`.
    pub base: String,
    /// What it shows: one part.
    pub bar: Bar,
}

/// Counts of numbers in classes of equal width.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// The classes from low to high.
    pub bins: Vec<Bin>,
    /// What stands under the axis: `台（n=598）`.
    pub axis: String,
}

/// One class of a histogram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bin {
    /// The class in words.
    pub label: String,
    /// How high.
    pub value: f64,
    /// As printed.
    pub text: String,
}

/// Number summaries, one for each group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boxes {
    /// The groups, from top to bottom.
    pub rows: Vec<BoxRow>,
    /// Unit of the axis.
    pub unit: String,
    /// The axis reaches at least so far, whatever the rows need: parts of one chart share a scale.
    pub reach: f64,
}

/// One group of a number question.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxRow {
    /// Name of the group.
    pub label: String,
    /// Its base in words.
    pub base: String,
    /// Its figures, or why there are none.
    pub summary: Result<Summary, String>,
    /// Too weak a base to quote.
    pub weak: bool,
}

/// Quartiles, median and mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// Mean.
    pub mean: f64,
    /// The median as printed.
    pub text: String,
}

/// Bands within bands around shares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranges {
    /// What each band stands for, the outermost first.
    pub bands: Vec<String>,
    /// The shares, from top to bottom.
    pub rows: Vec<RangeRow>,
    /// A dashed line across all: one half.
    pub reference: Option<Reference>,
}

/// A share with its bands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RangeRow {
    /// What it is the share of.
    pub label: String,
    /// Its base in words.
    pub base: String,
    /// The share that was found: 0 to 1.
    pub share: f64,
    /// As printed.
    pub text: String,
    /// From where to where, the outermost first.
    pub bands: Vec<(f64, f64)>,
}

/// The questions in the order in which they are asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// The questions.
    pub nodes: Vec<Node>,
}

/// One question of the routing diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// `Q2`.
    pub name: String,
    /// Its text or short label.
    pub text: String,
    /// Its base in words.
    pub base: String,
    /// Questions (positions before this one) that its condition reads.
    pub parents: Vec<usize>,
    /// The condition in words; empty where everybody is asked.
    pub condition: String,
    /// Title of the section, where a new one begins.
    pub section: Option<String>,
}

/// How wide a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// For paper and screens: labels stand left of the bars.
    Wide,
    /// For phones: labels stand above the bars.
    Narrow,
    /// For a slide of its own: as wide as the slide, few units, so that its words are large there.
    Slide,
    /// For a slide where it stands beside text.
    Beside,
}

impl Size {
    fn width(self) -> f64 {
        match self {
            Size::Wide => 720.0,
            Size::Narrow => 360.0,
            Size::Slide => 840.0,
            Size::Beside => 560.0,
        }
    }

    fn is_narrow(self) -> bool {
        self == Size::Narrow
    }
}

/// The words around a chart.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The same in words, for those who do not see it.
    pub description: &'a str,
    /// What must go with it wherever it is copied: that its figures are made up.
    pub mark: Option<&'a str>,
}

/// Draws a chart in the house's blue; `id` is unique in the page.
pub fn render(chart: &Chart, id: &str, size: Size, words: Words<'_>) -> String {
    render_in(chart, id, size, words, &Palette::default())
}

/// Draws a chart in the tones of a palette; `id` is unique in the page.
pub fn render_in(chart: &Chart, id: &str, size: Size, words: Words<'_>, palette: &Palette) -> String {
    let (mut svg, mut height) = draw(chart, paint::Svg::new(id, size.width(), palette), size);
    if let Some(mark) = words.mark {
        height = paint::mark(&mut svg, height, mark);
    }
    svg.finish(height, words.title, words.description)
}

/// Height of a chart's picture for a width of 1; `is_marked` with words of [`Words::mark`].
pub(crate) fn ratio(chart: &Chart, size: Size, is_marked: bool) -> f64 {
    let mark = if is_marked { paint::MARK } else { 0.0 };
    (height(chart, size) + mark).ceil() / size.width()
}

/// How high a chart becomes, in the units of its width.
pub(crate) fn height(chart: &Chart, size: Size) -> f64 {
    draw(chart, paint::Svg::new("", size.width(), &Palette::default()), size).1
}

fn draw(chart: &Chart, svg: paint::Svg, size: Size) -> (paint::Svg, f64) {
    match chart {
        Chart::Stacked(chart) => stacked::draw(chart, svg, size),
        Chart::Bars(chart) => bars::draw(chart, svg, size),
        Chart::Dots(chart) if chart.is_slope => slopes::draw(chart, svg, size),
        Chart::Dots(chart) => dots::draw(chart, svg, size),
        Chart::Histogram(chart) => histogram::draw(chart, svg),
        Chart::Boxes(chart) => boxes::draw(chart, svg, size),
        Chart::Ranges(chart) => ranges::draw(chart, svg, size),
        Chart::Routing(chart) => routing::draw(chart, svg, size),
    }
}
