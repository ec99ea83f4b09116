//! A chart too tall for its paper becomes several, each with the legend and the axis.

use super::boxes;
use super::{Bars, Boxes, Chart, Cluster, Dots, Node, Ranges, Routing, Size, Stacked, height};

/// The chart in parts that are no taller than `limit`, in the units of its width; as small as one
/// row where that is still taller.
pub(crate) fn split(chart: &Chart, size: Size, limit: f64) -> Vec<Chart> {
    let tall = height(chart, size);
    if tall <= limit {
        return vec![chart.clone()];
    }
    let rows = rows(chart);
    let mut parts = (tall / limit).ceil().max(1.0) as usize;
    while parts < rows {
        let done = in_parts(chart, rows.div_ceil(parts));
        if done.iter().all(|part| height(part, size) <= limit) {
            return done;
        }
        parts += 1;
    }
    if parts > 1 && rows > 1 { in_parts(chart, 1) } else { vec![chart.clone()] }
}

fn rows(chart: &Chart) -> usize {
    match chart {
        Chart::Stacked(chart) => chart.rows.len(),
        Chart::Bars(chart) => chart.clusters.iter().map(|cluster| cluster.rows.len()).sum(),
        Chart::Boxes(chart) => chart.rows.len(),
        Chart::Dots(chart) => chart.clusters.len(),
        Chart::Ranges(chart) => chart.rows.len(),
        Chart::Routing(chart) => chart.nodes.len(),
        Chart::Histogram(_) => 1,
    }
}

fn in_parts(chart: &Chart, most: usize) -> Vec<Chart> {
    match chart {
        Chart::Stacked(chart) => chart
            .rows
            .chunks(most)
            .map(|rows| Chart::Stacked(Stacked { rows: rows.to_vec(), ..chart.clone() }))
            .collect(),
        Chart::Boxes(chart) => chart
            .rows
            .chunks(most)
            .map(|rows| {
                Chart::Boxes(Boxes { rows: rows.to_vec(), reach: boxes::reach(chart), ..chart.clone() })
            })
            .collect(),
        Chart::Dots(chart) => chart
            .clusters
            .chunks(most)
            .map(|clusters| Chart::Dots(Dots { clusters: clusters.to_vec(), series: chart.series.clone() }))
            .collect(),
        Chart::Ranges(chart) => chart
            .rows
            .chunks(most)
            .map(|rows| Chart::Ranges(Ranges { rows: rows.to_vec(), ..chart.clone() }))
            .collect(),
        Chart::Bars(chart) => bars(chart, most),
        Chart::Routing(chart) => {
            let parts = chart.nodes.chunks(most).enumerate();
            parts.map(|(part, nodes)| Chart::Routing(routing(nodes, part * most))).collect()
        }
        Chart::Histogram(_) => vec![chart.clone()],
    }
}

/// Clusters stay whole where they fit; one that is cut keeps its heading on every part.
fn bars(chart: &Bars, most: usize) -> Vec<Chart> {
    let mut parts: Vec<Vec<Cluster>> = vec![Vec::new()];
    let mut room = most;
    for cluster in &chart.clusters {
        if cluster.rows.len() > room && room < most {
            parts.push(Vec::new());
            room = most;
        }
        for (at, rows) in cluster.rows.chunks(most).enumerate() {
            if at > 0 {
                parts.push(Vec::new());
                room = most;
            }
            room = room.saturating_sub(rows.len());
            let part = Cluster { heading: cluster.heading.clone(), rows: rows.to_vec() };
            parts.last_mut().expect("begins with one").push(part);
        }
    }
    parts.retain(|clusters| !clusters.is_empty());
    let part = |clusters| Chart::Bars(Bars { clusters, reference: chart.reference.clone() });
    parts.into_iter().map(part).collect()
}

/// Lines to questions of an earlier part are left out: the condition says the same in words.
fn routing(nodes: &[Node], first: usize) -> Routing {
    let node = |node: &Node| Node {
        parents: node.parents.iter().filter_map(|parent| parent.checked_sub(first)).collect(),
        ..node.clone()
    };
    Routing { nodes: nodes.iter().map(node).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;

    #[test]
    fn the_parts_hold_every_row_once_and_fit() {
        for (name, chart) in demo::charts() {
            for (size, limit) in [(Size::Wide, 200.0), (Size::Slide, 260.0), (Size::Beside, 5_000.0)] {
                let parts = split(&chart, size, limit);
                assert_eq!(parts.iter().map(rows).sum::<usize>(), rows(&chart), "{name}");
                assert!(
                    parts.iter().all(|part| height(part, size) <= limit || rows(part) <= 1),
                    "{name} {size:?}"
                );
            }
        }
    }

    #[test]
    fn a_chart_that_fits_stays_as_it_is() {
        for (name, chart) in demo::charts() {
            assert_eq!(split(&chart, Size::Wide, 10_000.0), std::slice::from_ref(&chart), "{name}");
        }
    }

    #[test]
    fn no_limit_is_so_small_that_the_splitting_does_not_end() {
        for (_, chart) in demo::charts() {
            assert!(split(&chart, Size::Wide, 1.0).len() <= rows(&chart).max(1));
        }
    }
}
