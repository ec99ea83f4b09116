//! Bases of routed questions, counted from answers: asked, answered, left blank, off the route.

/// A question that is asked of everyone, or of those who gave one answer to an earlier question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Position of the earlier question.
    pub parent: usize,
    /// Answer that opens this one.
    pub value: u32,
}

/// Counts of one question. asked + not_asked = total; answered + no_answer = asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoutedCounts {
    /// Rows.
    pub total: u64,
    /// On the route.
    pub asked: u64,
    /// Routed past.
    pub not_asked: u64,
    /// On the route with an answer: the default base of every share.
    pub answered: u64,
    /// On the route without an answer.
    pub no_answer: u64,
    /// Answers that lie off the route: counted, never used.
    pub off_route_answers: u64,
    /// Answers on the route by code, codes from 0.
    pub codes: Vec<u64>,
}

/// Counts every question over rows of answers (`None`: blank). A question is asked when its route's
/// parent was itself asked and gave the value; routes look back only, others are never asked.
pub fn routed_counts(rows: &[Vec<Option<u32>>], routes: &[Option<Route>]) -> Vec<RoutedCounts> {
    let mut counts = vec![RoutedCounts::default(); routes.len()];
    for row in rows {
        let mut asked = vec![false; routes.len()];
        for (q, route) in routes.iter().enumerate() {
            let answer = |question: usize| row.get(question).copied().flatten();
            asked[q] = match route {
                None => true,
                Some(r) => r.parent < q && asked[r.parent] && answer(r.parent) == Some(r.value),
            };
            let count = &mut counts[q];
            count.total += 1;
            match (asked[q], answer(q)) {
                (true, Some(code)) => {
                    count.asked += 1;
                    count.answered += 1;
                    let code = code as usize;
                    if count.codes.len() <= code {
                        count.codes.resize(code + 1, 0);
                    }
                    count.codes[code] += 1;
                }
                (true, None) => {
                    count.asked += 1;
                    count.no_answer += 1;
                }
                (false, given) => {
                    count.not_asked += 1;
                    count.off_route_answers += u64::from(given.is_some());
                }
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_behind_a_shut_question_opens_nothing() {
        let routes = [None, Some(Route { parent: 0, value: 1 }), Some(Route { parent: 1, value: 1 })];
        let counts = routed_counts(&[vec![Some(2), Some(1), Some(1)]], &routes);
        assert_eq!((counts[1].asked, counts[1].off_route_answers), (0, 1));
        assert_eq!((counts[2].asked, counts[2].off_route_answers), (0, 1));
    }
}
