//! The grammar of conditions: text to an unresolved expression with the place of every word.
//!
//! The grammar stands in `docs/guide/survey-toml.md`. Full-width signs and brackets are read as
//! their plain forms. A mistake names the byte where it stands and what was expected there.

use monshin_diag::{Span, Words, words};

/// A word of the condition with its place, relative to the condition's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub text: String,
    pub span: Span,
}

/// The value a test compares with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RawValue {
    Code(Lexeme),
    Number(f64, Lexeme),
}

/// An unresolved test.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RawTest {
    In(Lexeme, Vec<Lexeme>),
    NotIn(Lexeme, Vec<Lexeme>),
    Compare(Lexeme, &'static str, RawValue),
    Answered(Lexeme),
}

/// An unresolved expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RawExpr {
    Test(RawTest),
    And(Vec<RawExpr>),
    Or(Vec<RawExpr>),
    Not(Box<RawExpr>),
}

/// An expression, or the first place where the text stops being a condition.
pub(crate) type Parsed = Result<RawExpr, (Span, Words)>;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(Lexeme),
    Number(f64, Lexeme),
    Sign(&'static str, Span),
}

impl Token {
    fn span(&self) -> Span {
        match self {
            Token::Word(word) | Token::Number(_, word) => word.span,
            Token::Sign(_, span) => *span,
        }
    }

    fn is_word(&self, text: &str) -> bool {
        matches!(self, Token::Word(word) if word.text == text)
    }
}

/// How deep brackets and `not` may nest.
const MAX_DEPTH: usize = 64;

/// Parses a condition.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut parser = Parser { tokens: lex(text)?, at: 0, end: text.len(), depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(Token::Word(word)) if is_keyword(&word.text.to_ascii_lowercase()) && !is_keyword(&word.text) => {
            Err((
                word.span,
                words!("and、or、not は小文字で書いてください"; "write `{}` in small letters", word.text.to_ascii_lowercase()),
            ))
        }
        Some(token) => Err((
            token.span(),
            words!("ここで条件は終わるはずです。and か or が抜けていませんか";
                   "the condition should end here; is an `and` or `or` missing?"),
        )),
    }
}

fn lex(text: &str) -> Result<Vec<Token>, (Span, Words)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let start = at;
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if let Some((sign, length)) = sign(&text[at..]) {
            at += length;
            tokens.push(Token::Sign(sign, Span::new(start, at)));
            continue;
        }
        let length: usize = text[at..].chars().take_while(|c| in_word(*c)).map(char::len_utf8).sum();
        if length == 0 {
            return Err((Span::new(start, start + first.len_utf8()), no_place(first)));
        }
        at += length;
        tokens.push(word_or_number(&text[start..at], Span::new(start, at)));
    }
    Ok(tokens)
}

/// Why a character has no place, and what to write for it.
fn no_place(c: char) -> Words {
    match c {
        '&' | '＆' => {
            words!("「{c}」ではなく and と書いてください"; "`{c}` has no place in a condition; write `and`")
        }
        '|' | '｜' => {
            words!("「{c}」ではなく or と書いてください"; "`{c}` has no place in a condition; write `or`")
        }
        '!' | '！' => {
            words!("「{c}」は単独では使えません。not か != と書いてください"; "`{c}` does not stand alone; write `not`, or `!=`")
        }
        '\'' | '"' | '「' | '」' | '“' | '”' | '’' => {
            words!("選択肢は引用符を付けずに書いてください"; "codes are written without quotation marks")
        }
        '/' => words!("日付は 2022-11-15 の形で書いてください"; "write a date as 2022-11-15"),
        _ => words!("条件に使えない文字「{c}」があります"; "`{c}` has no place in a condition"),
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(half_width(c), '_' | '.' | '-' | '+')
}

fn word_or_number(text: &str, span: Span) -> Token {
    let plain: String = text.chars().map(half_width).collect();
    let text = &*plain;
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
    let number = match crate::Day::parse(text) {
        Some(day) => Some(super::day_number(day)),
        None => text.parse::<f64>().ok().filter(|number| numeric && number.is_finite()),
    };
    let lexeme = Lexeme { text: text.to_owned(), span };
    match number {
        Some(number) => Token::Number(number, lexeme),
        None => Token::Word(lexeme),
    }
}

/// Full-width letters, digits and signs as plain ones.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn sign(text: &str) -> Option<(&'static str, usize)> {
    const SIGNS: [(&str, &str); 19] = [
        ("!=", "!="),
        ("！＝", "!="),
        ("≠", "!="),
        ("<=", "<="),
        ("≦", "<="),
        ("≤", "<="),
        (">=", ">="),
        ("≧", ">="),
        ("≥", ">="),
        ("=", "="),
        ("＝", "="),
        ("<", "<"),
        ("＜", "<"),
        (">", ">"),
        ("＞", ">"),
        ("(", "("),
        ("（", "("),
        (")", ")"),
        ("）", ")"),
    ];
    let comma = [(",", ","), ("，", ","), ("、", ",")];
    SIGNS.iter().chain(&comma).find(|(from, _)| text.starts_with(from)).map(|(from, to)| (*to, from.len()))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn here(&self) -> Span {
        self.peek().map_or(Span::new(self.end, self.end), Token::span)
    }

    fn take_word(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is_word(text));
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(this, _)) if *this == sign);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Parsed {
        let mut list = vec![self.and()?];
        while self.take_word("or") {
            list.push(self.and()?);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { RawExpr::Or(list) })
    }

    fn and(&mut self) -> Parsed {
        let mut list = vec![self.not()?];
        while self.take_word("and") {
            list.push(self.not()?);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { RawExpr::And(list) })
    }

    fn not(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err((
                self.here(),
                words!("条件の入れ子が深すぎます（{MAX_DEPTH} 段まで）";
                       "the condition nests too deeply (at most {MAX_DEPTH})"),
            ));
        }
        let expr = if self.take_word("not") {
            RawExpr::Not(Box::new(self.not()?))
        } else if self.take_sign("(") {
            let inner = self.or()?;
            self.expect(")")?;
            inner
        } else {
            RawExpr::Test(self.test()?)
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), (Span, Words)> {
        if self.take_sign(sign) {
            return Ok(());
        }
        Err((self.here(), words!("ここに「{sign}」が必要です"; "`{sign}` is expected here")))
    }

    fn name(&mut self) -> Result<Lexeme, (Span, Words)> {
        match self.peek() {
            Some(Token::Word(word)) if !is_keyword(&word.text) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            // An id of digits only.
            Some(Token::Number(_, word)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ if self.tokens.is_empty() => Err((
                self.here(),
                words!("条件が空です。全員に尋ねるなら ask_if を消してください"; "the condition is empty; to ask everyone remove `ask_if`"),
            )),
            _ => Err((
                self.here(),
                words!("ここに設問か区分の名前が必要です"; "a question or breakdown is expected here"),
            )),
        }
    }

    fn test(&mut self) -> Result<RawTest, (Span, Words)> {
        if self.take_word("answered") {
            self.expect("(")?;
            let name = self.name()?;
            self.expect(")")?;
            return Ok(RawTest::Answered(name));
        }
        let name = self.name()?;
        let negated = self.take_word("not");
        if self.take_word("in") {
            let codes = self.codes()?;
            return Ok(if negated { RawTest::NotIn(name, codes) } else { RawTest::In(name, codes) });
        }
        let sign = match self.peek() {
            Some(Token::Sign(sign, _)) if !matches!(*sign, "(" | ")" | ",") && !negated => *sign,
            _ => {
                return Err((
                    self.here(),
                    words!("ここに比較（=、!=、in、<、<=、>、>=）が必要です";
                           "a comparison (=, !=, in, <, <=, >, >=) is expected here"),
                ));
            }
        };
        self.at += 1;
        Ok(RawTest::Compare(name, sign, self.value()?))
    }

    fn codes(&mut self) -> Result<Vec<Lexeme>, (Span, Words)> {
        self.expect("(")?;
        let mut codes = vec![self.code()?];
        while self.take_sign(",") {
            codes.push(self.code()?);
        }
        self.expect(")")?;
        Ok(codes)
    }

    fn code(&mut self) -> Result<Lexeme, (Span, Words)> {
        match self.value()? {
            RawValue::Code(code) | RawValue::Number(_, code) => Ok(code),
        }
    }

    fn value(&mut self) -> Result<RawValue, (Span, Words)> {
        let value = match self.peek() {
            Some(Token::Word(word)) if !is_keyword(&word.text) => RawValue::Code(word.clone()),
            Some(Token::Number(number, lexeme)) => RawValue::Number(*number, lexeme.clone()),
            Some(Token::Sign("=", span)) => {
                return Err((*span, words!("= は1つで足ります"; "one `=` is enough")));
            }
            _ => {
                return Err((
                    self.here(),
                    words!("ここに選択肢か数値が必要です"; "a code or a number is expected here"),
                ));
            }
        };
        self.at += 1;
        Ok(value)
    }
}

fn is_keyword(text: &str) -> bool {
    matches!(text, "and" | "or" | "not" | "in" | "answered")
}
