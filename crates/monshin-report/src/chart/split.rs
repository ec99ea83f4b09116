//! A chart too tall for its paper becomes several, each with the legend and the axis.

use std::ops::Range;

use super::boxes;
use super::{Bars, Boxes, Chart, Cluster, Dots, Node, Ranges, Routing, Size, Stacked, height};

/// The chart in as few parts as are no taller than `limit`, in the units of its width, each with at least
/// one row and all with about as many. A cluster of bars stays whole where a part can hold it.
pub(crate) fn split(chart: &Chart, size: Size, limit: f64) -> Vec<Chart> {
    if height(chart, size) <= limit {
        return vec![chart.clone()];
    }
    let chart = match chart {
        Chart::Bars(bars) if bars.clusters.iter().any(|one| is_too_tall(bars, one, size, limit)) => {
            &Chart::Bars(each_row_for_itself(bars))
        }
        chart => chart,
    };
    let full = filled(chart, size, limit);
    if full.is_empty() {
        return vec![chart.clone()];
    }
    let (units, count) = (units(chart), full.len());
    let even = (0..count).map(|at| slice(chart, units * at / count..units * (at + 1) / count));
    let even: Vec<Chart> = even.collect();
    if even.iter().all(|part| height(part, size) <= limit) { even } else { full }
}

/// Parts that take as many rows as fit: the last may be all but empty.
fn filled(chart: &Chart, size: Size, limit: f64) -> Vec<Chart> {
    let (mut parts, mut from) = (Vec::new(), 0);
    while from < units(chart) {
        let mut to = from + 1;
        while to < units(chart) && height(&slice(chart, from..to + 1), size) <= limit {
            to += 1;
        }
        parts.push(slice(chart, from..to));
        from = to;
    }
    parts
}

/// How many pieces a chart can be cut into.
fn units(chart: &Chart) -> usize {
    match chart {
        Chart::Stacked(chart) => chart.rows.len(),
        Chart::Bars(chart) => chart.clusters.len(),
        Chart::Dots(chart) => chart.clusters.len(),
        Chart::Boxes(chart) => chart.rows.len(),
        Chart::Ranges(chart) => chart.rows.len(),
        Chart::Routing(chart) => chart.nodes.len(),
        Chart::Histogram(_) => 1,
    }
}

/// Some of the pieces as a chart of its own.
fn slice(chart: &Chart, range: Range<usize>) -> Chart {
    match chart {
        Chart::Stacked(chart) => {
            Chart::Stacked(Stacked { rows: chart.rows[range].to_vec(), ..without_rows(chart) })
        }
        Chart::Bars(chart) => {
            Chart::Bars(Bars { clusters: joined(&chart.clusters[range]), reference: chart.reference.clone() })
        }
        Chart::Dots(chart) => {
            let (clusters, series) = (chart.clusters[range].to_vec(), chart.series.clone());
            Chart::Dots(Dots { clusters, series, is_slope: chart.is_slope })
        }
        Chart::Boxes(chart) => Chart::Boxes(Boxes {
            rows: chart.rows[range].to_vec(),
            unit: chart.unit.clone(),
            reach: boxes::reach(chart).max(chart.reach),
        }),
        Chart::Ranges(chart) => Chart::Ranges(Ranges {
            rows: chart.rows[range].to_vec(),
            bands: chart.bands.clone(),
            reference: chart.reference.clone(),
        }),
        Chart::Routing(chart) => Chart::Routing(routing(&chart.nodes[range.clone()], range.start)),
        Chart::Histogram(_) => chart.clone(),
    }
}

fn without_rows(chart: &Stacked) -> Stacked {
    Stacked { rows: Vec::new(), series: chart.series.clone(), reference: chart.reference.clone() }
}

fn is_too_tall(bars: &Bars, cluster: &Cluster, size: Size, limit: f64) -> bool {
    let one = Bars { clusters: vec![cluster.clone()], reference: bars.reference.clone() };
    height(&Chart::Bars(one), size) > limit
}

/// Every row as a cluster; each keeps the heading of the one it came from.
fn each_row_for_itself(bars: &Bars) -> Bars {
    let alone = |cluster: &Cluster| {
        let heading = cluster.heading.clone();
        cluster
            .rows
            .iter()
            .map(move |row| Cluster { heading: heading.clone(), rows: vec![row.clone()] })
            .collect::<Vec<_>>()
    };
    Bars { clusters: bars.clusters.iter().flat_map(alone).collect(), reference: bars.reference.clone() }
}

/// Neighbours under the same heading are one cluster.
fn joined(clusters: &[Cluster]) -> Vec<Cluster> {
    let mut done: Vec<Cluster> = Vec::new();
    for cluster in clusters {
        match done.last_mut() {
            Some(last) if last.heading == cluster.heading => last.rows.extend(cluster.rows.iter().cloned()),
            _ => done.push(cluster.clone()),
        }
    }
    done
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

    fn rows(chart: &Chart) -> usize {
        match chart {
            Chart::Bars(chart) => chart.clusters.iter().map(|cluster| cluster.rows.len()).sum(),
            chart => units(chart),
        }
    }

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
