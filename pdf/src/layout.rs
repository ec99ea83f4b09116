//! Pages: set by Typst, written as PDF or PNG, looked over for what sticks out.

use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Smart};
use typst::layout::{Abs, Frame, FrameItem, Point, Transform};
use typst::{World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use typst_render::RenderOptions;

use crate::document::Document;
use crate::fonts::Fonts;
use crate::world::Report;

const DECK: &str = include_str!("../templates/deck.typ");
const A4: &str = include_str!("../templates/a4.typ");

/// The two forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Slides, 16:9.
    Deck,
    /// Flowing text on A4.
    A4,
}

/// Pages.
pub struct Layout(PagedDocument);

impl Layout {
    /// Sets a document.
    ///
    /// # Errors
    /// In words, where Typst refuses: a fault of ours, or of a logo that is no picture.
    pub fn set(document: &Document, form: Form, fonts: &Fonts) -> Result<Layout, String> {
        let template = match form {
            Form::Deck => DECK,
            Form::A4 => A4,
        };
        let world = Report::new(template, Bytes::new(document.bytes()), fonts);
        compile(&world).map(Layout)
    }

    /// The PDF, tagged by PDF/UA-1.
    ///
    /// # Errors
    /// In words, where the standard is not met.
    pub fn pdf(&self) -> Result<Vec<u8>, String> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| format!("{error:?}"))?;
        let options = PdfOptions {
            ident: Smart::Auto,
            creator: Smart::Custom(Some("monshin".to_owned())),
            timestamp: None,
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.0, &options).map_err(|errors| {
            errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
        })
    }

    /// How many pages.
    pub fn pages(&self) -> usize {
        self.0.pages().len()
    }

    /// A page, the first being 0, as PNG; `scale` in pixels a point.
    ///
    /// # Errors
    /// In words, where there is no such page.
    pub fn png(&self, page: usize, scale: f64) -> Result<Vec<u8>, String> {
        let page = self.0.pages().get(page).ok_or_else(|| format!("there is no page {}", page + 1))?;
        let options = RenderOptions { pixel_per_pt: scale.into(), ..RenderOptions::default() };
        typst_render::render(page, &options).encode_png().map_err(|error| error.to_string())
    }

    /// The first text of each page that does not lie wholly on it: `page 3: …`. Always empty, or it is
    /// our fault.
    pub fn outside(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (at, page) in self.0.pages().iter().enumerate() {
            let size = page.frame.size();
            let mut first = None;
            each_text(&page.frame, Transform::identity(), &mut |words, from, to| {
                let slack = Abs::pt(0.5);
                let is_inside =
                    from.x >= -slack && from.y >= -slack && to.x <= size.x + slack && to.y <= size.y + slack;
                if !is_inside && first.is_none() {
                    first = Some(format!("page {}: {words}", at + 1));
                }
            });
            found.extend(first);
        }
        found
    }

    /// The words of every page, in the order in which they were set.
    pub fn words(&self) -> Vec<String> {
        let page = |page: &typst_layout::Page| {
            let mut words = String::new();
            each_text(&page.frame, Transform::identity(), &mut |text, _, _| words.push_str(text));
            words
        };
        self.0.pages().iter().map(page).collect()
    }
}

/// A picture as PNG; `scale` in pixels a unit of the picture.
///
/// # Errors
/// In words, where it is no picture.
pub fn picture(svg: &str, scale: f64, fonts: &Fonts) -> Result<Vec<u8>, String> {
    const TEMPLATE: &str = "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n\
                            #image(bytes(json(\"document.json\")), format: \"svg\")";
    let json = serde_json::Value::String(svg.to_owned()).to_string();
    let world = Report::new(TEMPLATE, Bytes::from_string(json), fonts);
    // A unit of SVG is a CSS pixel: three quarters of a point.
    Layout(compile(&world)?).png(0, scale / 0.75)
}

/// Frees what Typst remembers of earlier layouts.
pub fn forget() {
    typst::comemo::evict(0);
}

fn compile(world: &Report<'_>) -> Result<PagedDocument, String> {
    let Warned { output, .. } = typst::compile::<PagedDocument>(world);
    output.map_err(|errors| errors.iter().map(|error| told(world, error)).collect::<Vec<_>>().join("\n"))
}

fn told(world: &Report<'_>, error: &SourceDiagnostic) -> String {
    let place = error.span.id().and_then(|id| {
        let source = world.source(id).ok()?;
        let at = world.range(error.span)?.start;
        let line = source.lines().byte_to_line(at)? + 1;
        Some(format!("{}:{line}: ", id.vpath().get_without_slash()))
    });
    format!("{}{}", place.unwrap_or_default(), error.message)
}

/// Every text of a frame with the corners of its line.
fn each_text(frame: &Frame, at: Transform, visit: &mut impl FnMut(&str, Point, Point)) {
    for (position, item) in frame.items() {
        let here = at.pre_concat(Transform::translate(position.x, position.y));
        match item {
            FrameItem::Group(group) => each_text(&group.frame, here.pre_concat(group.transform), visit),
            FrameItem::Text(text) => {
                let from = Point::zero().transform(here);
                let to = Point::new(text.width(), Abs::zero()).transform(here);
                visit(&text.text, from, to);
            }
            _ => {}
        }
    }
}
