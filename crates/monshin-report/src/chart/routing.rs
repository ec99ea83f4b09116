//! The questionnaire as a tree: a box for each question, indented under the one that opens it.

use super::paint::{FAINT_INK, INK, SMALL, Svg, TEXT, num};
use super::text::{width, wrap};
use super::{Node, Routing, Size};

const LINE: f64 = 17.0;
const PAD: f64 = 8.0;

struct Placed {
    x: f64,
    top: f64,
    bottom: f64,
    lines: Vec<String>,
    condition: Vec<String>,
    condition_top: f64,
}

pub(super) fn draw(chart: &Routing, mut svg: Svg, size: Size) -> (Svg, f64) {
    let indent = if size.is_narrow() { 18.0 } else { 46.0 };
    let depths = depths(chart);
    let mut placed: Vec<Placed> = Vec::new();
    let mut headlines = Vec::new();
    let mut y = 4.0;
    for (node, depth) in chart.nodes.iter().zip(&depths) {
        if let Some(section) = &node.section {
            headlines.push((y, section));
            y = below_headline(&svg, y, section);
        }
        let one = place(node, *depth as f64 * indent + 2.0, y, svg.width);
        y = one.bottom + 12.0;
        placed.push(one);
    }
    edges(chart, &mut svg, &placed, indent);
    headlines.into_iter().for_each(|(top, section)| headline(&mut svg, top, section));
    for (node, one) in chart.nodes.iter().zip(&placed) {
        question(&mut svg, node, one);
    }
    (svg, y)
}

/// How deep each question lies: one below the deepest question that its condition reads.
fn depths(chart: &Routing) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::new();
    for node in &chart.nodes {
        let above = node.parents.iter().filter_map(|parent| depths.get(*parent)).max();
        depths.push(above.map_or(0, |depth| (depth + 1).min(6)));
    }
    depths
}

/// The title of a section, on paper that parts it from the lines it stands on.
fn headline(svg: &mut Svg, top: f64, section: &str) {
    svg.open(r#"font-weight="700""#);
    for (index, line) in lines_of_headline(svg, section).iter().enumerate() {
        let y = top + 18.0 + LINE * index as f64;
        svg.paper(2.0, y, width(line, TEXT), TEXT);
        svg.text(2.0, y, line);
    }
    svg.close();
}

fn below_headline(svg: &Svg, top: f64, section: &str) -> f64 {
    top + 10.0 + LINE * lines_of_headline(svg, section).len() as f64
}

fn lines_of_headline(svg: &Svg, section: &str) -> Vec<String> {
    wrap(section, svg.width - 8.0, TEXT)
}

fn place(node: &Node, x: f64, top: f64, total: f64) -> Placed {
    let wide = total - x - 4.0;
    let condition = match &*node.condition {
        "" => Vec::new(),
        words => wrap(words, wide - 6.0, SMALL),
    };
    let condition_top = top;
    let box_top = top + condition.len() as f64 * 15.0 + if condition.is_empty() { 0.0 } else { 3.0 };
    let lines = wrap(&node.text, wide - 2.0 * PAD - side_room(node), TEXT);
    let bottom = box_top + lines.len().max(1) as f64 * LINE + 11.0;
    Placed { x, top: box_top, bottom, lines, condition, condition_top }
}

/// Room for the question's name on the left and its base on the right.
fn side_room(node: &Node) -> f64 {
    name_room(node) + width(&node.base, SMALL) + 10.0
}

fn name_room(node: &Node) -> f64 {
    width(&node.name, TEXT) * 1.08 + 8.0
}

/// From every question that a condition reads down to the question it opens.
fn edges(chart: &Routing, svg: &mut Svg, placed: &[Placed], indent: f64) {
    let mut d = String::new();
    let mut heads = String::new();
    for (node, one) in chart.nodes.iter().zip(placed) {
        let middle = (one.top + one.bottom) / 2.0;
        for parent in node.parents.iter().filter_map(|parent| placed.get(*parent)) {
            let x = parent.x + indent * 0.42;
            d.push_str(&format!("M{} {}V{}H{}", num(x), num(parent.bottom), num(middle), num(one.x - 1.0)));
        }
        if !node.parents.is_empty() {
            heads.push_str(&format!("M{} {}l-7 -4v8z", num(one.x), num(middle)));
        }
    }
    svg.open(&format!(r#"fill="none" stroke="{FAINT_INK}" stroke-width="1.4""#));
    svg.path(&d);
    svg.close();
    svg.open(&format!(r#"fill="{FAINT_INK}""#));
    svg.path(&heads);
    svg.close();
}

fn question(svg: &mut Svg, node: &Node, one: &Placed) {
    let right = svg.width - 2.0;
    svg.open(&format!(r##"fill="#f4f7fa" stroke="{FAINT_INK}""##));
    svg.rect(one.x, one.top, right - one.x, one.bottom - one.top);
    svg.close();
    svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
    for (index, line) in one.condition.iter().enumerate() {
        svg.text(one.x + 4.0, one.condition_top + 11.0 + 15.0 * index as f64, line);
    }
    svg.text_end(right - PAD, one.top + 18.0, &node.base);
    svg.close();
    svg.open(&format!(r#"font-weight="700" fill="{INK}""#));
    svg.text(one.x + PAD, one.top + 18.0, &node.name);
    svg.close();
    for (index, line) in one.lines.iter().enumerate() {
        svg.text(one.x + PAD + name_room(node), one.top + 18.0 + LINE * index as f64, line);
    }
}
