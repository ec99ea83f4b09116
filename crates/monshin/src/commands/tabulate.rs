//! `monshin tabulate`: the released tables on the terminal, or as JSON.

use std::path::Path;

use anyhow::Result;
use monshin_diag::Lang;
use monshin_instrument::Questionnaire;
use monshin_tabulate::{
    Cell, Certainty, Figures, Flag, ProtectedLess, Row, Table, Tables, VariableKind, percent,
};
use unicode_width::UnicodeWidthStr;

use crate::args::Tabulate;
use crate::output::{Verdict, pick, print, print_findings, write_all};
use crate::prepare::{Which, prepare, prepare_audit};

pub fn run(it: Tabulate, lang: Lang) -> Result<Verdict> {
    let first = crate::folder::Folder::open(&it.input.dir)?;
    let wanted = match first.questionnaire.as_deref().map(|form| Wanted::parse(form, &it)) {
        Some(Err(unknown)) => {
            eprintln!(
                "{}",
                pick(
                    lang,
                    format!("「{unknown}」という区分も設問もありません"),
                    format!("there is no breakdown or question `{unknown}`")
                )
            );
            return Ok(Verdict::AtFault);
        }
        Some(Ok(wanted)) => wanted,
        None => Wanted::default(),
    };
    if it.merging {
        return super::merging::run(&it.input, &wanted.by, lang);
    }
    let (prepared, audit) = match it.audit {
        Some(_) => prepare_audit(&it.input, &wanted.pairs())?,
        None => (prepare(&it.input, Which::Nothing, &wanted.pairs())?, None),
    };
    print_findings(prepared.found.as_slice(), &prepared.folder.sources, lang);
    let Some(tables) = prepared.released else {
        if !prepared.found.has_errors() {
            eprintln!(
                "{}",
                pick(lang, "responses.csv がありません".into(), "there is no responses.csv".into())
            );
        }
        return Ok(Verdict::AtFault);
    };
    if let (Some(path), Some(audit)) = (&it.audit, audit) {
        let tables_json = monshin_report::tables_json(&tables, |_| true);
        let text = audit.to_json(&crate::data::sha256(tables_json.as_bytes()));
        write_all(folder_of(path), &[(&file_name(path), text.into_bytes())])?;
        tell_what_is_protected_less(tables.protected_less(), lang);
        return Ok(Verdict::Fine);
    }
    if it.response {
        print(&match it.json {
            true => monshin_report::response_json(&tables),
            false => super::response::text(&tables, lang),
        })?;
        return Ok(Verdict::Fine);
    }
    if it.json {
        print(&monshin_report::tables_json(&tables, |table| wanted.takes(&tables, table)))?;
        return Ok(Verdict::Fine);
    }
    let mut text = String::new();
    for table in tables.tables.iter().filter(|table| wanted.takes(&tables, table)) {
        text.push_str(&Printer { tables: &tables, table, lang }.table());
        text.push('\n');
    }
    print(&text)?;
    Ok(Verdict::Fine)
}

/// The owner is not to find it by chance in a long file.
fn tell_what_is_protected_less(less: ProtectedLess, lang: Lang) {
    if less.is_empty() {
        return;
    }
    let ProtectedLess { without_room, unproven } = less;
    let words = pick(
        lang,
        format!(
            "秘匿した値のうち、方針どおりの幅を残せないもの：{without_room}個、残せるか確認できないもの：{unproven}個。監査記録の as_far_as_it_goes と meaning を見てください"
        ),
        format!(
            "withheld figures that cannot be left as wide as the policy asks for: {without_room}; that may not be: {unproven}. See `as_far_as_it_goes` and `meaning` in the audit file"
        ),
    );
    eprintln!("{words}");
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "audit.json".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Which tables are wanted.
#[derive(Default)]
struct Wanted {
    by: Vec<Vec<usize>>,
    questions: Vec<String>,
}

impl Wanted {
    fn parse(form: &Questionnaire, it: &Tabulate) -> Result<Wanted, String> {
        let mut wanted = Wanted::default();
        for list in &it.by {
            let by: Result<Vec<usize>, String> =
                list.split(',').map(|id| form.breakdown(id.trim()).ok_or_else(|| id.to_owned())).collect();
            let by = by?;
            if by.len() > 2 || by.len() == 2 && by[0] == by[1] {
                return Err(list.clone());
            }
            wanted.by.push(by);
        }
        for name in &it.question {
            let head = name.split('.').next().unwrap_or(name);
            let is_block = form.blocks().iter().any(|block| block.id == head);
            if form.question(head).is_none() && !is_block {
                return Err(name.clone());
            }
            wanted.questions.push(name.clone());
        }
        Ok(wanted)
    }

    fn pairs(&self) -> Vec<[usize; 2]> {
        self.by.iter().filter_map(|by| <[usize; 2]>::try_from(by.as_slice()).ok()).collect()
    }

    fn takes(&self, tables: &Tables, table: &Table) -> bool {
        let name = &tables.variables[table.variable].name;
        let question = |wanted: &String| name == wanted || name.starts_with(&format!("{wanted}."));
        (self.by.is_empty() || self.by.contains(&table.by))
            && (self.questions.is_empty() || self.questions.iter().any(question))
    }
}

struct Printer<'t> {
    tables: &'t Tables,
    table: &'t Table,
    lang: Lang,
}

impl Printer<'_> {
    fn table(&self) -> String {
        let variable = &self.tables.variables[self.table.variable];
        let tag = self.lang.tag();
        let by: Vec<&str> = self
            .table
            .by
            .iter()
            .map(|at| self.tables.questionnaire.breakdowns()[*at].label.get(tag))
            .collect();
        let by = if by.is_empty() { String::new() } else { format!(" × {}", by.join(" × ")) };
        let base = variable.base.sentence.get(tag);
        let title = pick(
            self.lang,
            format!("{}　{}{by}\n母数: {base}\n", variable.name, variable.label.get(tag)),
            format!("{}  {}{by}\nBase: {base}\n", variable.name, variable.label.get(tag)),
        );
        let mut rows = vec![self.header()];
        rows.extend(self.table.rows.iter().map(|row| self.row(row)));
        rows.extend(self.means());
        title + &aligned(&rows)
    }

    fn header(&self) -> Vec<String> {
        let words = match self.lang {
            Lang::Ja => ["区分", "回答数", "無回答"],
            Lang::En => ["group", "n", "blank"],
        };
        let mut header: Vec<String> = words.map(str::to_owned).to_vec();
        if self.may_be_refused() {
            header.push(pick(self.lang, "回答拒否".into(), "refused".into()));
        }
        let variable = &self.tables.variables[self.table.variable];
        match variable.kind {
            VariableKind::Number | VariableKind::Date => header.extend(match self.lang {
                Lang::Ja => ["平均", "中央値", "第1四分位", "第3四分位", "最小", "最大"].map(str::to_owned),
                Lang::En => ["mean", "median", "Q1", "Q3", "min", "max"].map(str::to_owned),
            }),
            _ => {
                let codes = variable.codes.iter().flat_map(|list| &list.codes);
                let shown = codes.filter(|code| code.kind != monshin_instrument::CodeKind::Refused);
                header.extend(shown.map(|code| code.label.get(self.lang.tag()).to_owned()));
            }
        }
        header
    }

    /// Whether one of the codes is a refusal, which is no answer and has a column of its own.
    fn may_be_refused(&self) -> bool {
        let codes = self.tables.variables[self.table.variable].codes.iter().flat_map(|list| &list.codes);
        codes.into_iter().any(|code| code.kind == monshin_instrument::CodeKind::Refused)
    }

    fn row(&self, row: &Row) -> Vec<String> {
        let mut cells = vec![self.group(row)];
        match row.figures() {
            None => cells.push(self.withheld()),
            Some(figures) => {
                cells.push(figures.n.to_string());
                cells.push(figures.blank.to_string());
                if self.may_be_refused() {
                    cells.push(figures.refused.to_string());
                }
                cells.extend(self.figures(figures));
            }
        }
        cells
    }

    fn withheld(&self) -> String {
        pick(self.lang, "秘匿".into(), "withheld".into())
    }

    /// Not presented, since it is unreliable.
    fn omitted(&self) -> String {
        pick(self.lang, "表章せず".into(), "not presented".into())
    }

    fn group(&self, row: &Row) -> String {
        let label = |(at, class): (&usize, &u16)| {
            self.tables.questionnaire.breakdowns()[*at].codes.codes[usize::from(*class)]
                .label
                .get(self.lang.tag())
        };
        let labels: Vec<&str> = self.table.by.iter().zip(&row.group).map(label).collect();
        if labels.is_empty() { pick(self.lang, "全体".into(), "all".into()) } else { labels.join(" × ") }
    }

    fn figures(&self, figures: &Figures) -> Vec<String> {
        let variable = &self.tables.variables[self.table.variable];
        if let VariableKind::Number | VariableKind::Date = variable.kind {
            let is_day = variable.kind == VariableKind::Date;
            let shown = |value: f64| {
                if is_day {
                    monshin_instrument::Day::from_number(value.floor() as i32).to_string()
                } else {
                    number(value)
                }
            };
            let none = if figures.omits_number() { self.omitted() } else { "–".to_owned() };
            return figures.number.as_ref().map_or(vec![none], |summary| {
                let mean = summary.mean.value().map_or("–".to_owned(), shown);
                let rest = [Some(summary.median), summary.q1, summary.q3, summary.min, summary.max];
                let rest = rest.map(|value| value.map_or_else(|| self.withheld(), shown));
                [mean].into_iter().chain(rest).collect()
            });
        }
        // In the order of the paper, those that are withheld or omitted in their places.
        let codes = 0..variable.codes.as_ref().map_or(0, |codes| codes.len() as u16);
        let one = |code: u16| match figures.cell(code) {
            Some(cell) => Some(self.cell(cell, figures.n)),
            None if figures.is_withheld(code) => Some(self.withheld()),
            None => figures.is_omitted(code).then(|| self.omitted()),
        };
        codes.filter_map(one).collect()
    }

    fn cell(&self, cell: &Cell, n: u64) -> String {
        let share = match (self.tables.weighted, cell.share()) {
            (true, share) => share.map(|share| format!("{:.1}", share * 100.0)),
            (false, _) => percent(cell.count, n, 1),
        };
        let mark = if cell.flag == Some(Flag::Unreliable) { "※" } else { "" };
        let Some(share) = share else { return "–".to_owned() };
        let shown = format!("{} {share}%{mark}", cell.count);
        match cell.certainty() {
            Certainty::Interval(low, high) => format!("{shown} [{:.1}–{:.1}]", low * 100.0, high * 100.0),
            Certainty::Everybody => pick(self.lang, format!("{shown} [全数]"), format!("{shown} [census]")),
            Certainty::Few(..) | Certainty::Nothing => shown,
        }
    }

    fn means(&self) -> Option<Vec<String>> {
        let first = self.table.mean_of_groups.first()?;
        let mut cells = vec![pick(
            self.lang,
            format!("区分の単純平均（{}区分）", first.groups),
            format!("plain mean of {} groups", first.groups),
        )];
        cells.extend(vec![String::new(); 2 + usize::from(self.may_be_refused())]);
        cells.extend(self.table.mean_of_groups.iter().map(|mean| match (mean.share, mean.flag) {
            (Some(share), _) => format!("{:.1}%", share * 100.0),
            (None, Some(Flag::Withheld)) => self.withheld(),
            (None, Some(Flag::Omitted)) => self.omitted(),
            (None, _) => "–".to_owned(),
        }));
        Some(cells)
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.2}") }
}

/// Columns padded to the width that a terminal shows; the first to the left, the others right.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, at: usize| row.get(at).map_or(0, |cell| cell.width());
    let widths: Vec<usize> =
        (0..columns).map(|at| rows.iter().map(|row| cell(row, at)).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (at, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[at] - cell.width());
            line.push_str(&if at == 0 { format!(" {cell}{gap}") } else { format!("  {gap}{cell}") });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
