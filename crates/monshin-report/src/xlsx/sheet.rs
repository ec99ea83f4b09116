//! One sheet, written from top to bottom.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Url, Worksheet, XlsxError};

use crate::chart::text;
use crate::compose::words;
use crate::document::{Asked, Block, Cell, Document, Figure, Flag, Inline, Kind, Page, Row, Table};

pub(super) const FONT: &str = "BIZ UDPGothic";
/// Columns that running text spans.
const SPAN: u16 = 9;
const FIRST_WIDTH: f64 = 34.0;
const WIDTH: f64 = 12.0;
/// Excel's rows are 409 points high at most.
const MOST_LINES: usize = 27;
/// The longest text a cell may hold, in UTF-16 units.
const LONGEST: usize = 32_767;

/// A sheet under way.
pub(super) struct Sheet<'a> {
    pub(super) worksheet: &'a mut Worksheet,
    pub(super) name: String,
    pub(super) row: u32,
    pub(super) document: &'a Document,
}

/// Text in the report's font.
pub(super) fn plain() -> Format {
    Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter)
}

fn wrapped() -> Format {
    plain().set_text_wrap().set_align(FormatAlign::Top)
}

fn faint() -> Format {
    wrapped().set_font_size(9).set_font_color(Color::RGB(0x4A_5560))
}

fn navy() -> Color {
    Color::RGB(0x0B_3A75)
}

fn warning() -> Format {
    wrapped().set_bold().set_font_color(Color::RGB(0x8A_1C12))
}

impl<'a> Sheet<'a> {
    pub(super) fn new(
        worksheet: &'a mut Worksheet,
        name: &str,
        document: &'a Document,
    ) -> Result<Sheet<'a>, XlsxError> {
        worksheet.set_name(name)?;
        worksheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
        worksheet.set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.3);
        worksheet.set_footer(format!("&L&8{}&R&8&P / &N", footer_text(&document.title)));
        if let Some(notice) = document.notices.first() {
            worksheet.set_header(format!("&R&8{}", footer_text(notice)));
        }
        worksheet.set_column_width(0, FIRST_WIDTH)?;
        for column in 1..40 {
            worksheet.set_column_width(column, WIDTH)?;
        }
        Ok(Sheet { worksheet, name: name.to_owned(), row: 0, document })
    }

    /// Title and notices, frozen so that they stay in sight, and repeated on paper.
    pub(super) fn top(&mut self, title: &str, notices: &[String]) -> Result<(), XlsxError> {
        let format = plain().set_bold().set_font_size(14).set_font_color(navy());
        self.string(self.row, 0, title, &format)?;
        self.worksheet.set_row_height(self.row, 24)?;
        self.row += 1;
        for notice in notices {
            self.string(
                self.row,
                0,
                notice,
                &warning().set_align(FormatAlign::VerticalCenter).unset_text_wrap(),
            )?;
            self.row += 1;
        }
        self.worksheet.set_freeze_panes(self.row, 0)?;
        self.worksheet.set_repeat_rows(0, self.row - 1)?;
        self.gap();
        Ok(())
    }

    pub(super) fn gap(&mut self) {
        self.row += 1;
    }

    pub(super) fn page(&mut self, page: &Page) -> Result<(), XlsxError> {
        self.gap();
        let format =
            plain().set_bold().set_font_size(12).set_font_color(Color::White).set_background_color(navy());
        for column in 1..SPAN {
            self.worksheet.write_blank(self.row, column, &format)?;
        }
        self.string(self.row, 0, &page.title, &format)?;
        self.worksheet.set_row_height(self.row, 20)?;
        self.row += 1;
        if let Some(kicker) = &page.kicker {
            self.small(kicker)?;
        }
        self.blocks(&page.blocks)
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) -> Result<(), XlsxError> {
        blocks.iter().try_for_each(|block| self.block(block))
    }

    fn block(&mut self, block: &Block) -> Result<(), XlsxError> {
        match block {
            Block::Heading(text) => self.heading(text),
            Block::Paragraph(runs) => self.words(&Inline::plain(runs)),
            Block::Note(runs) => self.small(&Inline::plain(runs)),
            Block::Notice(runs) => self.spanning(&Inline::plain(runs), &warning(), 10.0),
            Block::List(list) => list.items.iter().enumerate().try_for_each(|(at, item)| {
                let mark = if list.ordered { format!("{}. ", at + 1) } else { "・".to_owned() };
                self.item(&mark, item)
            }),
            Block::Summary { title, blocks } => {
                self.heading(title)?;
                self.blocks(blocks)?;
                self.gap();
                Ok(())
            }
            Block::Definitions(terms) => {
                terms.iter().try_for_each(|(term, runs)| self.pair(term, &Inline::plain(runs)))
            }
            Block::Footnotes(notes) => notes.iter().try_for_each(|note| {
                self.small(&format!("*{} {}", note.mark.number, Inline::plain(&note.runs)))
            }),
            Block::Questionnaire(sections) => sections.iter().try_for_each(|section| {
                section.title.iter().try_for_each(|title| self.heading(title))?;
                section.questions.iter().try_for_each(|asked| self.asked(asked))
            }),
            Block::Remarks(remarks) => remarks.iter().try_for_each(|remark| self.small(&remark.message)),
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table),
        }
    }

    fn item(&mut self, mark: &str, blocks: &[Block]) -> Result<(), XlsxError> {
        let mut mark = Some(mark);
        for block in blocks {
            match (block, mark.take()) {
                (Block::Paragraph(runs), Some(mark)) => {
                    self.words(&format!("{mark}{}", Inline::plain(runs)))?
                }
                (block, _) => self.block(block)?,
            }
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        let format = plain().set_bold().set_font_color(navy());
        self.string(self.row, 0, text, &format)?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn words(&mut self, text: &str) -> Result<(), XlsxError> {
        self.spanning(text, &wrapped(), 10.0)
    }

    pub(super) fn small(&mut self, text: &str) -> Result<(), XlsxError> {
        self.spanning(text, &faint(), 9.0)
    }

    /// Text over the width of the page, its row as high as its lines need.
    fn spanning(&mut self, text: &str, format: &Format, size: f64) -> Result<(), XlsxError> {
        let wide = (FIRST_WIDTH + WIDTH * f64::from(SPAN - 1)) * 5.4;
        self.worksheet.merge_range(self.row, 0, self.row, SPAN - 1, cut(text), format)?;
        self.fit_row(text, wide, size)?;
        self.row += 1;
        Ok(())
    }

    fn fit_row(&mut self, text: &str, wide: f64, size: f64) -> Result<(), XlsxError> {
        let lines: usize = text.lines().map(|line| text::wrap(line, wide, size).len()).sum();
        self.worksheet.set_row_height(self.row, (lines.max(1) as f64 * size * 1.5 + 3.0).min(400.0))?;
        Ok(())
    }

    /// A term and what it means.
    pub(super) fn pair(&mut self, term: &str, words: &str) -> Result<(), XlsxError> {
        self.string(self.row, 0, term, &wrapped().set_bold())?;
        self.worksheet.merge_range(self.row, 1, self.row, SPAN - 1, cut(words), &wrapped())?;
        self.fit_row(words, WIDTH * f64::from(SPAN - 1) * 5.4, 10.0)?;
        self.row += 1;
        Ok(())
    }

    fn asked(&mut self, asked: &Asked) -> Result<(), XlsxError> {
        let name = words::bracketed(self.document.lang, &asked.name, &asked.kind);
        let mut words = asked.text.clone();
        for more in asked
            .hint
            .iter()
            .chain([&asked.answers.join(" ／ "), &asked.base])
            .filter(|more| !more.is_empty())
        {
            words.push('\n');
            words.push_str(more);
        }
        self.pair(&name, &words)
    }

    /// A line that leads to another sheet.
    pub(super) fn link(&mut self, text: &str, sheet: &str) -> Result<(), XlsxError> {
        let target = format!("internal:'{}'!A1", sheet.replace('\'', "''"));
        self.worksheet.write_url_with_format(
            self.row,
            0,
            Url::new(target).set_text(cut(text)),
            &plain().set_font_color(Color::RGB(0x0B_4A94)),
        )?;
        self.row += 1;
        Ok(())
    }

    fn caption(&mut self, caption: &str, base: Option<&str>) -> Result<(), XlsxError> {
        let made_up = match self.document.notices.is_empty() {
            true => String::new(),
            false => format!(" [{}]", words::MADE_UP.get(self.document.lang)),
        };
        self.gap();
        self.string(self.row, 0, &format!("{caption}{made_up}"), &plain().set_bold())?;
        self.row += 1;
        base.map_or(Ok(()), |base| self.small(base))
    }

    fn figure(&mut self, figure: &Figure) -> Result<(), XlsxError> {
        self.caption(&figure.caption, figure.base.as_deref())?;
        super::charts::insert(self, figure)?;
        figure.notes.iter().try_for_each(|note| self.small(note))
    }

    fn table(&mut self, table: &Table) -> Result<(), XlsxError> {
        self.caption(&table.caption, table.base.as_deref())?;
        self.head(table)?;
        for group in &table.groups {
            if let Some(label) = &group.label {
                self.string(self.row, 0, label, &plain().set_bold())?;
                self.row += 1;
            }
            for row in &group.rows {
                self.table_row(table, row)?;
            }
        }
        table.notes.iter().try_for_each(|note| self.small(note))
    }

    fn head(&mut self, table: &Table) -> Result<(), XlsxError> {
        let format = wrapped()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0xC4_CCD5))
            .set_background_color(Color::RGB(0xF2_F5F9));
        let head = table.head();
        let last = self.row + head.len() as u32 - 1;
        for (at, cells) in head.iter().enumerate() {
            let row = self.row + at as u32;
            for cell in cells {
                let (from, to) = (cell.at as u16, (cell.at + cell.columns - 1) as u16);
                let bottom = row + cell.rows as u32 - 1;
                if from == to && bottom == row {
                    self.string(row, from, &cell.text, &format)?;
                } else {
                    self.worksheet.merge_range(row, from, bottom, to, cut(&cell.text), &format)?;
                }
            }
            let widest = cells
                .iter()
                .filter(|cell| cell.columns == 1 && cell.at > 0)
                .map(|cell| text::wrap(&cell.text, WIDTH * 5.2, 10.0).len());
            let lines =
                widest.max().unwrap_or(1).div_ceil(cells.iter().map(|cell| cell.rows).max().unwrap_or(1));
            self.worksheet.set_row_height(row, lines as f64 * 15.0 + 3.0)?;
        }
        self.row = last + 1;
        Ok(())
    }

    fn table_row(&mut self, table: &Table, row: &Row) -> Result<(), XlsxError> {
        let base = plain().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xC4_CCD5));
        let base = if row.is_total { base.set_bold() } else { base };
        self.string(self.row, 0, &row.label, &base.clone().set_text_wrap())?;
        for (at, cell) in row.cells.iter().enumerate() {
            self.cell(at as u16 + 1, cell, table.kind(at), &base)?;
        }
        let lines = |words: &str, width: f64| text::wrap(words, width * 5.8, 10.0).len();
        let of_words = row.cells.iter().enumerate().filter(|(at, _)| table.kind(*at) == Kind::Words);
        let tallest = of_words.map(|(_, cell)| lines(&cell.text, WIDTH)).max().unwrap_or(1);
        let lines = lines(&row.label, FIRST_WIDTH).max(tallest).min(MOST_LINES);
        self.worksheet.set_row_height(self.row, lines as f64 * 13.0 + 2.0)?;
        self.row += 1;
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &Cell, kind: Kind, base: &Format) -> Result<(), XlsxError> {
        let format = match cell.flag {
            None => base.clone(),
            Some(Flag::Unreliable) => base.clone().set_font_color(Color::RGB(0x4A_5560)).set_italic(),
            Some(_) => base.clone().set_font_color(Color::RGB(0x4A_5560)),
        };
        let format = if cell.mark.is_some() { format.set_bold() } else { format };
        let weak = if cell.flag == Some(Flag::Unreliable) { "※" } else { "" };
        let stands = cell.mark.map_or("", crate::document::Mark::sign);
        let mark =
            if stands.is_empty() && weak.is_empty() { String::new() } else { format!("\"{stands}{weak}\"") };
        let number = match kind {
            Kind::Share => format!("0.0%{mark}"),
            Kind::Count => format!("#,##0{mark}"),
            Kind::Number(0) => format!("#,##0{mark}"),
            Kind::Number(decimals) => format!("#,##0.{}{mark}", "0".repeat(usize::from(decimals))),
            Kind::Words | Kind::Figures => format!("General{mark}"),
        };
        match cell.value {
            Some(value) if value.is_finite() => {
                self.worksheet.write_number_with_format(
                    self.row,
                    column,
                    value,
                    &format.set_num_format(number),
                )?;
            }
            _ => {
                // Words would else be cut where the next cell has any.
                let format = match kind {
                    Kind::Words => format.set_align(FormatAlign::Left).set_text_wrap(),
                    _ => format.set_align(FormatAlign::Right),
                };
                self.string(self.row, column, &cell.text, &format)?;
            }
        }
        Ok(())
    }

    /// Writes words as words: nothing that begins with = + - @ is a formula here.
    pub(super) fn string(
        &mut self,
        row: u32,
        column: u16,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.worksheet.write_string_with_format(row, column, cut(text), format)?;
        Ok(())
    }
}

/// As much as a cell can hold.
pub(super) fn cut(text: &str) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > LONGEST {
            return &text[..at];
        }
    }
    text
}

/// Words in a header or footer: an ampersand is a command there, and 255 characters the limit.
fn footer_text(text: &str) -> String {
    text.chars().take(90).collect::<String>().replace('&', "&&")
}
