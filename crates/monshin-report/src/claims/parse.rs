//! Reads the address of a link as a claim.

use monshin_diag::{Span, Words, words};

use super::ast::{Against, Claim, Name, Operand, Rate, Relation, Statistic, Tally, Term};
use crate::phrase::Ratio;

/// Why a text is no claim, and where it goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimError {
    /// The bytes at fault in the claim's text.
    pub span: Span,
    /// What was expected.
    pub message: Words,
    /// The kind of claim that was perhaps meant.
    pub nearest: Option<&'static str>,
}

/// Every kind of claim, as it is written before the colon.
pub const KINDS: [&str; 21] = [
    "share", "mean", "count", "n", "asked", "blank", "average", "median", "q1", "q3", "diff", "compare",
    "trend", "rank", "list", "every", "rate", "bounds", "invited", "opens", "closes",
];

/// Reads a claim.
///
/// # Errors
/// Says what was expected where.
pub fn parse(text: &str) -> Result<Claim, ClaimError> {
    let Some((kind, rest)) = text.split_once(':') else {
        let expected = words!("主張は「種類:対象」の形です"; "a claim has the form kind:target");
        return Err(ClaimError { span: Span::new(0, text.len()), message: expected, nearest: None });
    };
    let mut cursor = Cursor { text, at: kind.len() + 1 };
    let claim = cursor.claim(kind, rest)?;
    match cursor.rest() {
        "" => Ok(claim),
        _ => Err(cursor.expected(words!("ここで主張が終わるはずです"; "the claim should end here"))),
    }
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

type Parsed<T> = Result<T, ClaimError>;

impl<'t> Cursor<'t> {
    fn claim(&mut self, kind: &str, rest: &str) -> Parsed<Claim> {
        Ok(match kind {
            "share" => Claim::Share(self.operand()?),
            "count" => Claim::Count(self.operand()?),
            "n" if rest == "all" || rest.starts_with("all;") => {
                self.at += 3;
                Claim::Responses(self.filters()?)
            }
            "n" => self.tally(Tally::Answered)?,
            "asked" => self.tally(Tally::Asked)?,
            "blank" => self.tally(Tally::Blank)?,
            "average" => self.statistic(Statistic::Average)?,
            "median" => self.statistic(Statistic::Median)?,
            "q1" => self.statistic(Statistic::Q1)?,
            "q3" => self.statistic(Statistic::Q3)?,
            "mean" => self.mean()?,
            "diff" => {
                let left = self.operand()?;
                self.mark("-")?;
                Claim::Diff(left, self.against()?)
            }
            "compare" => self.compare()?,
            "trend" => self.trend()?,
            "rank" => self.rank()?,
            "list" => self.list()?,
            "every" => self.every()?,
            "rate" => self.rate()?,
            "bounds" => Claim::Bounds(self.term()?),
            "invited" => Claim::Invited,
            "opens" => Claim::Opens,
            "closes" => Claim::Closes,
            "fact" => Claim::Fact,
            _ => {
                let span = Span::new(0, kind.len());
                let message =
                    words!("主張の種類「{kind}」はありません"; "there is no kind of claim \"{kind}\"");
                return Err(ClaimError { span, message, nearest: monshin_diag::nearest(kind, KINDS) });
            }
        })
    }

    // --- kinds with options ---

    fn tally(&mut self, what: Tally) -> Parsed<Claim> {
        Ok(Claim::Tally { what, variable: self.name()?, filters: self.filters()? })
    }

    fn statistic(&mut self, what: Statistic) -> Parsed<Claim> {
        Ok(Claim::Number { what, variable: self.name()?, filters: self.filters()? })
    }

    fn mean(&mut self) -> Parsed<Claim> {
        let target = self.term()?;
        let by = self.by()?;
        let without = if self.take(";without=") { self.names()? } else { Vec::new() };
        Ok(Claim::Mean { target, by, without })
    }

    fn compare(&mut self) -> Parsed<Claim> {
        let left = self.operand()?;
        let relation = self.relation()?;
        let right = self.against()?;
        let within = if self.take(";within=") { Some(self.number()?) } else { None };
        if within.is_some() && relation != Relation::About {
            return Err(self.expected(words!("within は ~ にだけ付きます"; "within goes with ~ only")));
        }
        Ok(Claim::Compare { left, relation, right, within })
    }

    fn trend(&mut self) -> Parsed<Claim> {
        let target = self.term()?;
        let by = self.by()?;
        let up = self.take(";up");
        if !up && !self.take(";down") {
            return Err(self.expected(words!(";up か ;down が必要です"; ";up or ;down is needed")));
        }
        let except = if self.take(";except=") { self.names()? } else { Vec::new() };
        Ok(Claim::Trend { target, by, up, except })
    }

    fn rank(&mut self) -> Parsed<Claim> {
        let target = self.term()?;
        let by = self.by()?;
        let top = self.take(";top=");
        if !top && !self.take(";bottom=") {
            return Err(self.expected(words!(";top= か ;bottom= が必要です"; ";top= or ;bottom= is needed")));
        }
        Ok(Claim::Rank { target, by, top, classes: self.names()? })
    }

    fn list(&mut self) -> Parsed<Claim> {
        let target = self.term()?;
        let by = self.by()?;
        let above = self.take(";above=");
        if !above && !self.take(";below=") {
            return Err(
                self.expected(words!(";above= か ;below= が必要です"; ";above= or ;below= is needed"))
            );
        }
        let than = self.level()?;
        self.mark(";are=")?;
        Ok(Claim::List { target, by, above, than, are: self.names()? })
    }

    fn every(&mut self) -> Parsed<Claim> {
        let target = self.term()?;
        let by = if self.take(";by=") { Some(self.name()?) } else { None };
        let only = if self.take(";only=") { self.names()? } else { Vec::new() };
        let relation = self.relation()?;
        Ok(Claim::Every { target, by, only, relation, percent: self.percent()? })
    }

    fn rate(&mut self) -> Parsed<Claim> {
        use monshin_tabulate::estimate::response;
        let end = self.rest().find(';').unwrap_or(self.rest().len());
        let name = &self.rest()[..end];
        let named = |rate: &response::Rate| rate.name().to_lowercase() == name;
        let rate = match response::Rate::ALL.into_iter().find(named) {
            Some(rate) => Rate::Aapor(rate),
            None if name == "response" => Rate::Response,
            None => {
                return Err(self.expected(words!(
                    "response か、rr1〜rr6、coop1〜coop4、ref1〜ref3、con1〜con3 が必要です";
                    "response, rr1 to rr6, coop1 to coop4, ref1 to ref3 or con1 to con3 is needed")));
            }
        };
        self.at += end;
        Ok(Claim::Rate(rate, self.filters()?))
    }

    // --- parts ---

    fn operand(&mut self) -> Parsed<Operand> {
        let mut terms = vec![self.term()?];
        while self.rest().starts_with(';') && !self.rest().starts_with(";within=") {
            self.at += 1;
            terms.push(self.term()?);
        }
        Ok(Operand { terms })
    }

    fn filters(&mut self) -> Parsed<Vec<Term>> {
        let mut terms = Vec::new();
        while self.take(";") {
            terms.push(self.term()?);
        }
        Ok(terms)
    }

    fn term(&mut self) -> Parsed<Term> {
        let name = self.name()?;
        self.mark("=")?;
        let all_but = self.take("!");
        Ok(Term { name, all_but, values: self.names()? })
    }

    fn against(&mut self) -> Parsed<Against> {
        let rest = self.rest();
        let ends = |length: usize| matches!(rest.as_bytes().get(length), None | Some(b';' | b'('));
        if (rest.starts_with("all") && ends(3))
            || (rest.starts_with("mean") && ends(4))
            || starts_a_number(rest)
        {
            return self.level();
        }
        Ok(Against::Operand(self.operand()?))
    }

    fn level(&mut self) -> Parsed<Against> {
        if self.take("all") {
            Ok(Against::All)
        } else if self.take("mean") {
            if !self.take("(") {
                return Ok(Against::Mean(None));
            }
            let by = self.name()?;
            self.mark(")")?;
            Ok(Against::Mean(Some(by)))
        } else {
            Ok(Against::Percent(self.percent()?))
        }
    }

    fn relation(&mut self) -> Parsed<Relation> {
        let signs = [
            ("<=", Relation::AtMost),
            (">=", Relation::AtLeast),
            ("<", Relation::Below),
            (">", Relation::Above),
            ("~", Relation::About),
            ("=", Relation::Equal),
        ];
        for (sign, relation) in signs {
            if self.take(sign) {
                return Ok(relation);
            }
        }
        Err(self.expected(words!("< <= > >= = ~ のどれかが必要です"; "one of < <= > >= = ~ is needed")))
    }

    fn by(&mut self) -> Parsed<Name> {
        self.mark(";by=")?;
        self.name()
    }

    fn names(&mut self) -> Parsed<Vec<Name>> {
        let mut names = vec![self.name()?];
        while self.take(",") {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn name(&mut self) -> Parsed<Name> {
        let end = self.rest().find(|char: char| !is_in_a_name(char)).unwrap_or(self.rest().len());
        if end == 0 {
            return Err(self.expected(words!("名前が必要です"; "a name is needed")));
        }
        let span = Span::new(self.at, self.at + end);
        self.at += end;
        Ok(Name { text: self.text[span.start..span.end].to_owned(), span })
    }

    fn percent(&mut self) -> Parsed<Ratio> {
        let number = self.number()?;
        self.take("%");
        Ok(number)
    }

    fn number(&mut self) -> Parsed<Ratio> {
        let rest = self.rest();
        let end = rest.find(|char: char| !(char.is_ascii_digit() || char == '.')).unwrap_or(rest.len());
        let Some(number) = Ratio::parse(&rest[..end]).filter(|_| starts_a_number(rest)) else {
            return Err(self.expected(words!("数が必要です"; "a number is needed")));
        };
        self.at += end;
        Ok(number)
    }

    // --- steps ---

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, mark: &str) -> bool {
        let here = self.rest().starts_with(mark);
        if here {
            self.at += mark.len();
        }
        here
    }

    fn mark(&mut self, mark: &'static str) -> Parsed<()> {
        if self.take(mark) {
            return Ok(());
        }
        Err(self.expected(words!("「{mark}」が必要です"; "\"{mark}\" is needed")))
    }

    fn expected(&self, message: Words) -> ClaimError {
        let next = self.rest().chars().next().map_or(0, char::len_utf8);
        ClaimError { span: Span::new(self.at, self.at + next), message, nearest: None }
    }
}

fn is_in_a_name(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '.')
}

fn starts_a_number(text: &str) -> bool {
    let end = text.find(|char: char| !(char.is_ascii_digit() || char == '.')).unwrap_or(text.len());
    let after = text[end..].chars().next();
    text.starts_with(|char: char| char.is_ascii_digit())
        && !after.is_some_and(|char| is_in_a_name(char) || char == '=')
}
