//! Complements: what else has to be withheld, so that subtraction gives nothing back.

use crate::Withheld;

/// One row, as far as the policy looks at it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub n: u64,
    pub units: u64,
    pub why: Option<Withheld>,
}

/// Rows in lines whose sums are published.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub cells: Vec<Held>,
    lines: Vec<Line>,
    /// Number of classes of the second breakdown, in a crossed table.
    width: Option<usize>,
}

/// Rows whose sum is published.
#[derive(Clone, Debug)]
struct Line {
    cells: Vec<usize>,
    /// Answers in the sum that no row shows.
    unclassified: u64,
}

impl Grid {
    /// The rows of a table by one breakdown.
    pub fn line(cells: Vec<Held>, unclassified: u64) -> Grid {
        let line = Line { cells: (0..cells.len()).collect(), unclassified };
        Grid { cells, lines: vec![line], width: None }
    }

    /// The rows of a crossed table, with the unclassified answers of each class of the first and
    /// of the second breakdown.
    pub fn crossed(cells: Vec<Held>, first: Vec<u64>, second: Vec<u64>) -> Grid {
        let (height, width) = (first.len(), second.len());
        let along = |(a, unclassified): (usize, u64)| Line {
            cells: (a * width..(a + 1) * width).collect(),
            unclassified,
        };
        let across = |(b, unclassified): (usize, u64)| Line {
            cells: (0..height).map(|a| a * width + b).collect(),
            unclassified,
        };
        let lines = first.into_iter().enumerate().map(along);
        let lines = lines.chain(second.into_iter().enumerate().map(across)).collect();
        Grid { cells, lines, width: Some(width) }
    }

    /// Withholds complements until no line and no single row gives anything back.
    pub fn settle(&mut self, min_base: u64) {
        loop {
            let weak = self.lines.iter().find_map(|line| self.complement(line, min_base));
            let Some(cell) = weak.or_else(|| self.complement_of_exposed()) else { return };
            self.cells[cell].why = Some(Withheld::Complement);
        }
    }

    /// The row to withhold next in a line that gives something back; `None` where it does not, or
    /// where there is no other row.
    fn complement(&self, line: &Line, min_base: u64) -> Option<usize> {
        let hidden = || line.cells.iter().map(|&at| &self.cells[at]).filter(|cell| cell.why.is_some());
        let small_rest = (1..min_base).contains(&line.unclassified);
        if hidden().next().is_none() && !small_rest {
            return None;
        }
        let groups = hidden().filter(|cell| cell.units > 0).count() + usize::from(line.unclassified > 0);
        let answers = hidden().map(|cell| cell.n).sum::<u64>() + line.unclassified;
        let nobody = groups == 0;
        if nobody || (groups >= 2 && answers >= min_base) {
            return None;
        }
        self.smallest_shown(&line.cells)
    }

    fn smallest_shown(&self, cells: &[usize]) -> Option<usize> {
        let shown = |at: &&usize| self.cells[**at].why.is_none() && self.cells[**at].n > 0;
        cells.iter().filter(shown).min_by_key(|&&at| (self.cells[at].n, at)).copied()
    }

    /// A row to withhold because a single withheld row follows from the sums of its lines.
    ///
    /// Withheld rows are edges between the classes of the two breakdowns. An edge that lies on no
    /// cycle is determined: the sums on one side of it add up to it.
    fn complement_of_exposed(&self) -> Option<usize> {
        let width = self.width?;
        let height = self.lines.len() - width;
        let hidden = |at: &usize| self.cells[*at].why.is_some() && self.cells[*at].units > 0;
        let edges: Vec<usize> = (0..self.cells.len()).filter(hidden).collect();
        let exposed = edges.iter().filter(|&&edge| !self.is_on_cycle(edge, &edges));
        // A complement in either line of it; where all of both is withheld there is none.
        exposed.into_iter().find_map(|edge| {
            let lines = [&self.lines[edge / width], &self.lines[height + edge % width]];
            let both: Vec<usize> = lines.iter().flat_map(|line| line.cells.iter().copied()).collect();
            self.smallest_shown(&both)
        })
    }

    /// Whether the two classes of a row hang together by other withheld rows. What has no class
    /// hangs together with everything that has some of it.
    fn is_on_cycle(&self, edge: usize, edges: &[usize]) -> bool {
        let width = self.width.unwrap_or(1);
        let height = self.lines.len() - width;
        let nowhere = self.lines.len();
        let mut links: Vec<(usize, usize)> =
            edges.iter().filter(|&&at| at != edge).map(|at| (at / width, height + at % width)).collect();
        let open = (0..self.lines.len()).filter(|&line| self.lines[line].unclassified > 0);
        links.extend(open.map(|line| (line, nowhere)));
        let mut reached = vec![false; nowhere + 1];
        reached[edge / width] = true;
        let mut grew = true;
        while grew {
            grew = false;
            for &(a, b) in &links {
                if reached[a] != reached[b] {
                    (reached[a], reached[b], grew) = (true, true, true);
                }
            }
        }
        reached[height + edge % width]
    }
}
