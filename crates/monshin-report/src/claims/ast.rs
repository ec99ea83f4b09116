//! A claim as it is written, before anybody knows whether its names exist.

use std::fmt;

use monshin_diag::Span;

use crate::phrase::Ratio;

/// A name with the bytes it stands on in the claim's text.
#[derive(Clone, Debug, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.text == other.text
    }
}

/// `name=value,value` or `name=!value,…`: codes of a question, or classes of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// A variable or a breakdown.
    pub name: Name,
    /// All but these.
    pub all_but: bool,
    /// Codes or classes.
    pub values: Vec<Name>,
}

/// A target and its filters, `q2=yes;founder=individual`; as the second of a comparison also
/// filters alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// In the order written.
    pub terms: Vec<Term>,
}

/// What a share is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// Another share.
    Operand(Operand),
    /// The same share among all.
    All,
    /// The plain mean of the groups of a breakdown.
    Mean(Option<Name>),
    /// A number, in percent.
    Percent(Ratio),
}

/// How two figures stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `=`
    Equal,
    /// `~`
    About,
}

/// A count around a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// Answered: the base.
    Answered,
    /// Asked.
    Asked,
    /// Asked and left blank.
    Blank,
}

/// A figure of a number question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Mean.
    Average,
    /// Median.
    Median,
    /// First quartile.
    Q1,
    /// Third quartile.
    Q3,
}

/// A response rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Responses over invited.
    Response,
    /// One of AAPOR's.
    Aapor(monshin_tabulate::estimate::response::Rate),
}

/// A claim.
#[allow(missing_docs, reason = "the fields are the parts of the form that each kind shows")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `share:q1=yes;founder=national`
    Share(Operand),
    /// `mean:q6=no;by=founder;without=other`
    Mean { target: Term, by: Name, without: Vec<Name> },
    /// `count:q1=yes`
    Count(Operand),
    /// `n:q2`, `asked:q2`, `blank:q2`
    Tally { what: Tally, variable: Name, filters: Vec<Term> },
    /// `n:all`
    Responses(Vec<Term>),
    /// `average:beds`
    Number { what: Statistic, variable: Name, filters: Vec<Term> },
    /// `diff:A-B`
    Diff(Operand, Against),
    /// `compare:A<B`
    Compare { left: Operand, relation: Relation, right: Against, within: Option<Ratio> },
    /// `trend:q1=yes;by=beds;up`
    Trend { target: Term, by: Name, up: bool, except: Vec<Name> },
    /// `rank:q1=yes;by=beds;top=a,b`
    Rank { target: Term, by: Name, top: bool, classes: Vec<Name> },
    /// `list:q1=yes;by=beds;above=all;are=a,b`
    List { target: Term, by: Name, above: bool, than: Against, are: Vec<Name> },
    /// `every:q1=yes;by=beds;only=a,b>=50%`
    Every { target: Term, by: Option<Name>, only: Vec<Name>, relation: Relation, percent: Ratio },
    /// `rate:response`, `rate:rr2;beds=b500`
    Rate(Rate, Vec<Term>),
    /// `bounds:q1=yes`
    Bounds(Term),
    /// `invited:`
    Invited,
    /// `opens:`
    Opens,
    /// `closes:`
    Closes,
    /// `fact:`, with its source as the link's title
    Fact,
}

impl Relation {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Relation::Below => "<",
            Relation::AtMost => "<=",
            Relation::Above => ">",
            Relation::AtLeast => ">=",
            Relation::Equal => "=",
            Relation::About => "~",
        }
    }

    /// Whether two figures stand so; `About` within `tolerance`.
    pub fn holds(self, left: Ratio, right: Ratio, tolerance: Ratio) -> bool {
        match self {
            Relation::Below => left < right,
            Relation::AtMost => left <= right,
            Relation::Above => left > right,
            Relation::AtLeast => left >= right,
            Relation::Equal => left == right,
            Relation::About => left.minus(right).abs() <= tolerance,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}{}", self.name, if self.all_but { "!" } else { "" }, list(&self.values))
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms: Vec<String> = self.terms.iter().map(Term::to_string).collect();
        f.write_str(&terms.join(";"))
    }
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Against::Operand(operand) => operand.fmt(f),
            Against::All => f.write_str("all"),
            Against::Mean(None) => f.write_str("mean"),
            Against::Mean(Some(by)) => write!(f, "mean({by})"),
            Against::Percent(percent) => write!(f, "{}%", plain(*percent)),
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Claim::Share(operand) => write!(f, "share:{operand}"),
            Claim::Mean { target, by, without } => {
                write!(f, "mean:{target};by={by}{}", option("without", without))
            }
            Claim::Count(operand) => write!(f, "count:{operand}"),
            Claim::Tally { what, variable, filters } => {
                let kind = match what {
                    Tally::Answered => "n",
                    Tally::Asked => "asked",
                    Tally::Blank => "blank",
                };
                write!(f, "{kind}:{variable}{}", more(filters))
            }
            Claim::Responses(filters) => write!(f, "n:all{}", more(filters)),
            Claim::Number { what, variable, filters } => {
                let kind = match what {
                    Statistic::Average => "average",
                    Statistic::Median => "median",
                    Statistic::Q1 => "q1",
                    Statistic::Q3 => "q3",
                };
                write!(f, "{kind}:{variable}{}", more(filters))
            }
            Claim::Diff(left, right) => write!(f, "diff:{left}-{right}"),
            Claim::Compare { left, relation, right, within } => {
                write!(f, "compare:{left}{}{right}", relation.sign())?;
                within.map_or(Ok(()), |within| write!(f, ";within={}", plain(within)))
            }
            Claim::Trend { target, by, up, except } => {
                let way = if *up { "up" } else { "down" };
                write!(f, "trend:{target};by={by};{way}{}", option("except", except))
            }
            Claim::Rank { target, by, top, classes } => {
                let end = if *top { "top" } else { "bottom" };
                write!(f, "rank:{target};by={by}{}", option(end, classes))
            }
            Claim::List { target, by, above, than, are } => {
                let side = if *above { "above" } else { "below" };
                write!(f, "list:{target};by={by};{side}={than};are={}", list(are))
            }
            Claim::Every { target, by, only, relation, percent } => {
                let by = by.as_ref().map(|by| format!(";by={by}")).unwrap_or_default();
                let only = option("only", only);
                write!(f, "every:{target}{by}{only}{}{}%", relation.sign(), plain(*percent))
            }
            Claim::Rate(Rate::Response, filters) => write!(f, "rate:response{}", more(filters)),
            Claim::Rate(Rate::Aapor(rate), filters) => {
                write!(f, "rate:{}{}", rate.name().to_lowercase(), more(filters))
            }
            Claim::Bounds(target) => write!(f, "bounds:{target}"),
            Claim::Invited => f.write_str("invited:"),
            Claim::Opens => f.write_str("opens:"),
            Claim::Closes => f.write_str("closes:"),
            Claim::Fact => f.write_str("fact:"),
        }
    }
}

fn list(names: &[Name]) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(",")
}

fn option(key: &str, names: &[Name]) -> String {
    if names.is_empty() { String::new() } else { format!(";{key}={}", list(names)) }
}

fn more(terms: &[Term]) -> String {
    terms.iter().map(|term| format!(";{term}")).collect()
}

fn plain(value: Ratio) -> String {
    let digits = value.rounded(6);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}
