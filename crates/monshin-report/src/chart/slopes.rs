//! Slopes: two surveys of one time series, a line from the first to the second for each thing asked.

use super::dots::marker;
use super::paint::{FAINT_INK, GRID, SMALL, Svg, TEXT, num};
use super::text::{width, wrap};
use super::{Bar, DotCluster, DotRow, Dots, Part, Size};

/// Least height of 100 percentage points.
const SCALE: f64 = 300.0;
const LINE: f64 = 14.5;
/// Top of the scale.
const TOP: f64 = 40.0;
/// Room for the figures of the first survey.
const LEFT: f64 = 64.0;
/// How far behind the second survey the words begin.
const WORDS_FROM: f64 = 20.0;

/// Colours of the lines, told apart in print and by colour-blind readers; shapes tell them apart too.
const COLORS: [&str; 8] =
    ["#0b3a75", "#c05a00", "#00745a", "#8a3b86", "#7a5c00", "#0f7fb0", "#a8261b", "#4a5560"];

/// One line.
struct Slope<'a> {
    /// Its figures, and whether each base is weak.
    ends: [(&'a Part, bool); 2],
    /// Position of its cluster: colour and shape.
    at: usize,
    /// What stands at its right end.
    words: Vec<String>,
    /// Whether a line may lead from one to the other.
    is_joined: bool,
}

pub(super) fn draw(chart: &Dots, mut svg: Svg, size: Size) -> (Svg, f64) {
    let least = LEFT + (svg.width - LEFT) * if size.is_narrow() { 0.3 } else { 0.42 };
    let slopes: Vec<Slope<'_>> = chart
        .clusters
        .iter()
        .enumerate()
        .filter_map(|(at, one)| slope(at, one, svg.width - least - WORDS_FROM - 4.0))
        .collect();
    // What short words leave free the lines take.
    let widest = slopes.iter().flat_map(|one| &one.words).map(|line| width(line, SMALL)).fold(0.0, f64::max);
    let free = svg.width - WORDS_FROM - widest.max(width(name(chart, 1), TEXT)) - 4.0;
    let right = free.clamp(least, LEFT + (svg.width - LEFT) * 0.72);
    let room: f64 = slopes.iter().map(|one| one.words.len() as f64 * LINE + 4.0).sum();
    let plot = Plot { right, tall: SCALE.max(room) };
    plot.axes(&mut svg, chart);
    slopes.iter().for_each(|one| plot.line(&mut svg, one));
    plot.first_figures(&mut svg, &slopes);
    plot.words(&mut svg, &slopes);
    let end = absent(&mut svg, chart, TOP + plot.tall + 26.0);
    (svg, end)
}

/// A cluster with a figure in both surveys.
fn slope(at: usize, cluster: &DotCluster, limit: f64) -> Option<Slope<'_>> {
    let [first, second] = &cluster.rows[..] else { return None };
    let ends = [part(first)?, part(second)?];
    let heading = cluster.heading.as_deref().unwrap_or_default();
    let mut words = wrap(&format!("{} {heading}", ends[1].0.text), limit, SMALL);
    words.extend(wrap(&format!("{} → {}", first.base, second.base), limit, SMALL));
    Some(Slope { ends, at, words, is_joined: !cluster.is_unlike })
}

fn part(row: &DotRow) -> Option<(&Part, bool)> {
    match &row.bar {
        Bar::Parts { parts, weak } => parts.first().map(|part| (part, *weak)),
        Bar::Absent(_) => None,
    }
}

/// Name of a survey.
fn name(chart: &Dots, at: usize) -> &str {
    chart.series.get(at).map_or("", |one| &*one.label)
}

struct Plot {
    /// Where the second survey stands.
    right: f64,
    /// Height of the scale.
    tall: f64,
}

impl Plot {
    fn y(&self, share: f64) -> f64 {
        TOP + self.tall * (1.0 - share.clamp(0.0, 1.0))
    }

    fn axes(&self, svg: &mut Svg, chart: &Dots) {
        svg.open(&format!(r#"stroke="{GRID}" stroke-width="1" fill="none""#));
        for quarter in 0..=4 {
            let y = num(self.y(f64::from(quarter) / 4.0));
            svg.path(&format!("M{} {y}H{}", num(LEFT), num(self.right)));
        }
        svg.close();
        svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width="1.2" fill="none""#));
        for x in [LEFT, self.right] {
            svg.path(&format!("M{} {}V{}", num(x), num(TOP), num(TOP + self.tall)));
        }
        svg.close();
        svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
        let middle = f64::midpoint(LEFT, self.right);
        for (share, text) in [(1.0, "100%"), (0.5, "50%"), (0.0, "0%")] {
            svg.text_centred(middle, self.y(share) - 3.0, text, SMALL, (LEFT, self.right));
        }
        svg.close();
        svg.open(r#"font-weight="700""#);
        let shorten = |at: usize, limit: f64| wrap(name(chart, at), limit, TEXT).swap_remove(0);
        svg.text(2.0, TOP - 20.0, &shorten(0, self.right - 24.0));
        svg.text(self.right - 8.0, TOP - 20.0, &shorten(1, svg.width - self.right));
        svg.close();
    }

    fn line(&self, svg: &mut Svg, slope: &Slope<'_>) {
        let color = COLORS[slope.at % COLORS.len()];
        let [x, y] = [(LEFT, slope.ends[0]), (self.right, slope.ends[1])];
        if slope.is_joined {
            svg.open(&format!(r#"stroke="{color}" stroke-width="2" fill="none""#));
            let (from, to) = (self.y(x.1.0.share), self.y(y.1.0.share));
            svg.path(&format!("M{} {}L{} {}", num(x.0), num(from), num(y.0), num(to)));
            svg.close();
        }
        for (x, (part, weak)) in [x, y] {
            if let Some((low, high)) = part.interval {
                let (low, high, left) = (num(self.y(low)), num(self.y(high)), num(x - 4.0));
                svg.open(&format!(r#"stroke="{color}" stroke-width="1.4" fill="none""#));
                svg.path(&format!("M{left} {low}h8M{} {low}V{high}M{left} {high}h8", num(x)));
                svg.close();
            }
            let fill = if weak { "#fff" } else { color };
            svg.open(&format!(r#"stroke="{color}" stroke-width="1.8" fill="{fill}""#));
            svg.path(&marker(slope.at, x, self.y(part.share)));
            svg.close();
        }
    }

    fn first_figures(&self, svg: &mut Svg, slopes: &[Slope<'_>]) {
        let wanted: Vec<(f64, f64)> = slopes.iter().map(|one| (self.y(one.ends[0].0.share), LINE)).collect();
        for (one, y) in slopes.iter().zip(self.apart(&wanted)) {
            svg.open(&format!(r#"font-size="{SMALL}" fill="{}""#, COLORS[one.at % COLORS.len()]));
            svg.text_end(LEFT - 9.0, y + 4.0, &one.ends[0].0.text);
            svg.close();
        }
    }

    fn words(&self, svg: &mut Svg, slopes: &[Slope<'_>]) {
        let tall = |one: &Slope<'_>| one.words.len() as f64 * LINE + 4.0;
        let wanted: Vec<(f64, f64)> =
            slopes.iter().map(|one| (self.y(one.ends[1].0.share), tall(one))).collect();
        for (one, middle) in slopes.iter().zip(self.apart(&wanted)) {
            let color = COLORS[one.at % COLORS.len()];
            let (from, x) = (self.y(one.ends[1].0.share), self.right);
            svg.open(&format!(r#"stroke="{color}" stroke-width=".8" fill="none""#));
            svg.path(&format!("M{} {}L{} {}", num(x + 7.0), num(from), num(x + 16.0), num(middle)));
            svg.close();
            svg.open(&format!(r#"font-size="{SMALL}" fill="{color}""#));
            let top = middle - tall(one) / 2.0 + 2.0;
            for (at, line) in one.words.iter().enumerate() {
                svg.text(x + WORDS_FROM, top + 11.0 + at as f64 * LINE, line);
            }
            svg.close();
        }
    }

    /// Middles of blocks, as near as may be to those wanted (middle, height), none over another, all
    /// within the scale as far as it has room.
    fn apart(&self, wanted: &[(f64, f64)]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by(|a, b| wanted[*a].0.total_cmp(&wanted[*b].0));
        let mut middles = vec![0.0; wanted.len()];
        let mut free = TOP - 8.0;
        for at in &order {
            let (middle, tall) = wanted[*at];
            middles[*at] = middle.max(free + tall / 2.0);
            free = middles[*at] + tall / 2.0;
        }
        let mut limit = TOP + self.tall + 8.0;
        for at in order.iter().rev() {
            let tall = wanted[*at].1;
            middles[*at] = middles[*at].min(limit - tall / 2.0);
            limit = middles[*at] - tall / 2.0;
        }
        middles
    }
}

/// What has no line, and why.
fn absent(svg: &mut Svg, chart: &Dots, mut y: f64) -> f64 {
    svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
    for cluster in chart.clusters.iter().filter(|one| slope(0, one, f64::MAX).is_none()) {
        let why = cluster.rows.iter().find_map(|row| match &row.bar {
            Bar::Absent(why) => Some(why.as_str()),
            Bar::Parts { .. } => None,
        });
        let words = format!("{} {}", cluster.heading.as_deref().unwrap_or_default(), why.unwrap_or("–"));
        for line in wrap(&words, svg.width - 8.0, SMALL) {
            svg.text(2.0, y, &line);
            y += LINE;
        }
    }
    svg.close();
    y
}
