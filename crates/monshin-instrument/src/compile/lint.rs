//! Advice on the questionnaire: what experience says will be regretted when the figures are read.

use monshin_diag::{Diagnostic, Place, Source, Words, words};

use super::fields::Places;
use crate::{Breakdown, Code, CodeKind, Comparison, Questionnaire, Subject};

/// All advice.
pub(super) fn advice(form: &Questionnaire, places: &Places, source: &Source) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let at = |what: &str| Place::text(source, places.get(what));
    merged_dont_know(form, &at, &mut found);
    no_way_out(form, &at, &mut found);
    asked_once(form, &at, &mut found);
    other_in_grid(form, &at, &mut found);
    not_equal_to_unasked(form, &at, &mut found);
    for breakdown in &form.breakdowns {
        labels_against_limits(breakdown, &at, &mut found);
    }
    events_inside_fielding(form, &at, &mut found);
    found
}

const DONT_KNOW: [&str; 6] = ["わからない", "分からない", "不明", "don't know", "do not know", "unsure"];

fn says_dont_know(text: &str) -> bool {
    let text = text.to_lowercase().replace('’', "'");
    DONT_KNOW.iter().any(|word| text.contains(word))
}

/// "No (or don't know)": two answers under one code (X12).
fn merged_dont_know(form: &Questionnaire, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    let in_questions = form.questions.iter().filter_map(|question| form.items[question.items.start].codes());
    for list in form.code_lists.iter().map(|list| &**list).chain(in_questions) {
        for code in &list.codes {
            let merged = code.kind == CodeKind::Substantive
                && code.label.iter().any(|(_, label)| {
                    says_dont_know(label) && label.chars().count() > longest_match(label) + 1
                });
            if merged {
                let (ja, en) = (code.label.get("ja"), code.label.get("en"));
                found.push(Diagnostic::advice("Q040", at(&format!("code {}.{}", list.id, code.id)),
                    words!("「{ja}」は「いいえ」と「わからない」を1つの選択肢にしています"; "“{en}” merges “no” and “don't know” into one code"))
                    .help(words!("「わからない」を kind = \"dont_know\" の別の選択肢にすると、後からまとめることも分けることもできます";
                        "give “don't know” its own code with kind = \"dont_know\"; it can be merged later, but never split")));
            }
        }
    }
}

fn longest_match(label: &str) -> usize {
    let label = label.to_lowercase().replace('’', "'");
    DONT_KNOW.iter().filter(|word| label.contains(**word)).map(|word| word.chars().count()).max().unwrap_or(0)
}

/// A grid asks for a code in each row and has no room for the words of "other".
fn other_in_grid(form: &Questionnaire, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    for question in
        form.questions.iter().filter(|question| matches!(question.kind, crate::QuestionKind::Grid(_)))
    {
        let codes = form.items[question.items.start].codes().map_or(&[][..], |list| &list.codes);
        if let Some(code) = codes.iter().find(|code| code.kind == CodeKind::Other) {
            let (id, name) = (&code.id, question.display_name());
            found.push(Diagnostic::warning("Q039", at(&format!("question {}", question.id)),
                words!("{name} は表形式なので、「{id}」（kind = \"other\"）を選んでも記述欄は開きません"; "{name} is a grid: its code `{id}` of kind \"other\" opens no field to write in"))
                .help(words!("記述が要るなら、次に text の設問を置いてください"; "where the words matter, add a question of kind text after it")));
        }
    }
}

/// Everyone is asked about something that not everyone has (X19): the question presupposes what
/// an earlier question asks about or speaks of a contract or vendor, and offers no "does not apply".
fn no_way_out(form: &Questionnaire, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    const PRESUPPOSES: [&str; 10] = [
        "契約",
        "委託",
        "ベンダ",
        "事業者から",
        "外部事業者",
        "contract",
        "vendor",
        "supplier",
        "outsourc",
        "provider",
    ];
    for question in
        form.questions.iter().filter(|question| question.ask_if.is_none() && question.block.is_none())
    {
        let Some(codes) = form.items[question.items.start].codes() else { continue };
        let has_way_out = codes.codes.iter().any(|code| code.kind == CodeKind::NotApplicable);
        let text = question.text.iter().map(|(_, text)| text.to_lowercase()).collect::<String>();
        if has_way_out || !PRESUPPOSES.iter().any(|word| text.contains(word)) {
            continue;
        }
        let is_gate = form.items.iter().any(|item| {
            item.filter.tests().iter().any(|test| test.subject == Subject::Item(question.items.start))
        }) && question.items.start == 0;
        if !is_gate {
            let name = question.display_name();
            found.push(Diagnostic::advice("Q041", at(&format!("question {}", question.id)),
                words!("{name} は全員に尋ねますが、該当しない回答者の選択肢がありません"; "{name} is asked of everyone, but those to whom it does not apply have no answer"))
                .help(words!("kind = \"not_applicable\" の選択肢（「契約がない」など）を加えるか、ask_if を書いてください";
                    "add a code of kind = \"not_applicable\" (“no contract”), or an ask_if")));
        }
    }
}

/// "Even one of …" followed by questions about the one device (X13).
fn asked_once(form: &Questionnaire, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    const ANY_OF: [&str; 8] =
        ["１つでも", "1つでも", "一つでも", "ひとつでも", "いずれか", "any of", "at least one", "even one"];
    for (number, question) in form.questions.iter().enumerate() {
        let asks_any = question.text.iter().any(|(_, text)| ANY_OF.iter().any(|word| text.contains(word)));
        if !asks_any || !form.blocks.is_empty() {
            continue;
        }
        let followed =
            form.items.iter().any(|item| {
                item.question > number
                    && item.entry.is_none()
                    && item.filter.tests().iter().any(
                        |test| matches!(test.subject, Subject::Item(item) if question.items.contains(&item)),
                    )
            });
        if followed {
            let name = question.display_name();
            found.push(Diagnostic::advice("Q044", at(&format!("question {}", question.id)),
                words!("{name} は「1つでも」あるかを尋ねますが、続く設問は1度しか尋ねません"; "{name} asks whether there is even one, but what follows is asked only once"))
                .help(words!("複数ありうるもの（機器など）は [[block]] で1件ずつ尋ね、把握していない回答者は「不明」として {name} の母数で示してください";
                    "ask about things there may be several of (devices) entry by entry in a [[block]], and show those who do not know as a class of their own on the base of {name}")));
        }
    }
}

/// `q2 != yes` is false for those who were never asked q2: worth a thought.
fn not_equal_to_unasked(form: &Questionnaire, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    for question in &form.questions {
        let tests = question.ask_if.as_ref().map(crate::Expr::tests).unwrap_or_default();
        let negative = tests.into_iter().find_map(|test| match (&test.is, test.subject) {
            (Comparison::NotIn(_) | Comparison::Ne(_), Subject::Item(item)) => Some(item),
            _ => None,
        });
        if let Some(item) = negative.filter(|item| form.items[*item].filter != crate::Expr::Always) {
            let (id, name) = (&question.id, &form.items[item].name);
            found.push(Diagnostic::advice("Q045", at(&format!("condition {id}")),
                words!("「{name}」を尋ねられなかった人は、この条件（!=、not in）に当てはまりません"; "those who were not asked `{name}` do not meet this condition (!=, not in)"))
                .help(words!("その人たちにも尋ねるなら not ({name} = …) と書いてください"; "to ask them too, write not ({name} = …)")));
        }
    }
}

/// A label that names other sizes than the class has (X14).
fn labels_against_limits(breakdown: &Breakdown, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    let codes = &breakdown.codes.codes;
    for code in codes {
        for (tag, label) in code.label.iter() {
            if let Some(message) = contradiction(code, label) {
                found.push(Diagnostic::warning("Q042", at(&format!("code {}.{}", breakdown.codes.id, code.id)), message)
                    .help(words!("{tag} の表示か min / max を直してください"; "mend the {tag} label, or min / max")));
            }
        }
    }
    for pair in codes.windows(2) {
        if let (Some(upper), Some(lower)) = (pair[0].max, pair[1].min)
            && breakdown.ordered
            && lower <= upper
            && (pair[0].min, pair[0].max) != (pair[1].min, pair[1].max)
        {
            found.push(Diagnostic::warning("Q042", at(&format!("code {}.{}", breakdown.codes.id, pair[1].id)),
                words!("「{}」と「{}」の範囲が重なっています", pair[0].id, pair[1].id; "the ranges of `{}` and `{}` overlap", pair[0].id, pair[1].id)));
        }
    }
}

/// Compares「20床以下」,「1～19床」,「500床以上」 with `min` and `max`.
fn contradiction(code: &Code, label: &str) -> Option<Words> {
    let plain = crate::records::normalise(label);
    let numbers = numbers_in(&plain);
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let mut wrong = None;
    let mut expect = |number: Option<&i64>, limit: Option<i64>| {
        if let (Some(number), Some(limit)) = (number, limit)
            && *number != limit
        {
            wrong = Some((*number, limit));
        }
    };
    match numbers.as_slice() {
        [one] if has(&["以下", "or fewer", "or less", "up to"]) => expect(Some(one), code.max),
        [one] if has(&["未満", "under", "fewer than", "less than"]) => expect(Some(&(one - 1)), code.max),
        [one] if has(&["以上", "or more", "and over", "+"]) => expect(Some(one), code.min),
        [low, high] => {
            expect(Some(low), code.min);
            expect(Some(high), code.max);
        }
        _ => {}
    }
    wrong.map(|(number, limit)| {
        words!("「{label}」の {number} は、区分の限界 {limit} と合いません"; "the {number} in “{label}” contradicts the limit {limit}")
    })
}

fn numbers_in(text: &str) -> Vec<i64> {
    let text = text.replace(',', "");
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Something happened while answers came in (X17).
fn events_inside_fielding(form: &Questionnaire, at: &impl Fn(&str) -> Place, found: &mut Vec<Diagnostic>) {
    let survey = &form.survey;
    let (Some(opens), Some(closes)) = (survey.opens, survey.closes) else { return };
    for event in form.events.iter().filter(|event| (opens..=closes).contains(&event.date)) {
        let (date, ja, en) = (event.date, event.label.get("ja"), event.label.get("en"));
        found.push(Diagnostic::advice("Q043", at(&format!("event {date}")),
            words!("実施期間中の出来事です（{date} {ja}）。前後で回答の意味が変わるかもしれません"; "this happened during fielding ({date}, {en}); answers before and after may not mean the same"))
            .help(words!("回答日を記録し、前後に分けた集計も示してください"; "record the date of each answer and show the figures before and after as well")));
    }
}
