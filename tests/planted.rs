//! Surveys of which it is known what is true: drafts are judged by what was planted in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::Source;
use monshin_instrument::{Planted, Questionnaire, Simulation};
use monshin_report::draft::{Finding, Kind, draft};
use monshin_tabulate::{Cube, Plan, Released, Settings, Tables, disclose, tabulate};

/// A survey with what is planted in it.
pub struct World {
    /// Its name.
    pub name: &'static str,
    form: Arc<Questionnaire>,
    responses: usize,
    planted: Planted,
    /// Variable, code, breakdown, and which classes lie above (true) or below the others; of a
    /// trend all classes.
    truths: Vec<Truth>,
}

/// One planted effect.
pub struct Truth {
    /// Variable and breakdown.
    pub of: (&'static str, &'static str),
    /// The code.
    pub code: &'static str,
    /// Share in percent of each class, in their order.
    pub shares: &'static [(&'static str, f64)],
}

/// What became of the drafts of one world.
#[derive(Debug, Default)]
pub struct Rates {
    /// How many drafts.
    pub drafts: usize,
    /// In how many of them something was stated that was not planted.
    pub with_false: usize,
    /// In how many each planted effect was stated.
    pub found: BTreeMap<String, usize>,
    /// Sentences that the checker kept out, over all drafts.
    pub left_out: usize,
}

impl World {
    /// Three worlds: yes or no with routing, several answers and grids, and one with nothing in it.
    pub fn all() -> [World; 3] {
        [pairs(), mixed(), nothing()]
    }

    /// A survey with nothing planted.
    pub fn plain(name: &'static str, survey: &str, responses: usize) -> World {
        world(name, survey, responses, Vec::new())
    }

    /// The released tables of one draw.
    pub fn draw(&self, seed: u64) -> Released<Tables> {
        self.draw_of(seed, self.responses)
    }

    /// The released tables of a draw of so many responses.
    pub fn draw_of(&self, seed: u64, responses: usize) -> Released<Tables> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def0;
        let mut pick = move |bound: u64| {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            ((u128::from(z) * u128::from(bound.max(1))) >> 64) as u64
        };
        let mut cube = Cube::new(&self.form);
        for _ in 0..responses {
            let answers = self.form.made_up_with(&self.planted, Simulation { blank: 0.02 }, &mut pick);
            cube.add(&self.form.submit(&answers).expect("what is made up can be submitted"));
        }
        disclose(tabulate(&cube, &Plan::standard(&self.form), &Settings::default()))
    }

    /// Drafts of so many draws, judged.
    pub fn judged(&self, seeds: std::ops::Range<u64>, tag: &str) -> Rates {
        let mut rates = Rates::default();
        for truth in &self.truths {
            rates.found.insert(format!("{}={} by {}", truth.of.0, truth.code, truth.of.1), 0);
        }
        for seed in seeds {
            let tables = self.draw(seed);
            let done = draft(&tables, tag);
            rates.drafts += 1;
            rates.left_out += done.left_out;
            rates.with_false += usize::from(done.findings.iter().any(|one| !self.is_true(&tables, one)));
            for truth in &self.truths {
                let is_it = |one: &&Finding| self.is_about(&tables, one, truth) && self.is_true(&tables, one);
                if done.findings.iter().any(|one| is_it(&one)) {
                    let key = format!("{}={} by {}", truth.of.0, truth.code, truth.of.1);
                    *rates.found.get_mut(&key).expect("was put in") += 1;
                }
            }
        }
        rates
    }

    fn is_about(&self, tables: &Tables, one: &Finding, truth: &Truth) -> bool {
        let variable = &tables.variables[one.variable];
        let code = variable.codes.as_ref().map(|codes| codes.codes[usize::from(one.code)].id.as_str());
        variable.name == truth.of.0
            && code == Some(truth.code)
            && self.form.breakdowns()[one.by].id == truth.of.1
    }

    /// Planted there, and in that direction.
    fn is_true(&self, tables: &Tables, one: &Finding) -> bool {
        let Some(truth) = self.truths.iter().find(|truth| self.is_about(tables, one, truth)) else {
            return false;
        };
        let share = |class: u16| truth.shares.get(usize::from(class)).map_or(0.0, |(_, share)| *share);
        let mean = truth.shares.iter().map(|(_, share)| share).sum::<f64>() / truth.shares.len() as f64;
        match &one.kind {
            Kind::Class { class, above, .. } => (share(*class) > mean) == *above,
            Kind::Trend { up, .. } => {
                let last = truth.shares.len() as u16 - 1;
                (share(last) > share(0)) == *up
            }
        }
    }
}

fn world(name: &'static str, survey: &str, responses: usize, truths: Vec<Truth>) -> World {
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", survey));
    let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
    let mut planted = Planted::new();
    for truth in &truths {
        for (class, share) in truth.shares {
            let (item, by) = truth.of;
            let at = form.item(item).expect("is there");
            let codes = form.items()[at].codes().expect("has codes");
            let several = matches!(form.items()[at].answer, monshin_instrument::AnswerType::Several { .. });
            let others = codes.codes.iter().filter(|code| code.id != truth.code && !code.exclusive);
            let rest = if several { 20.0 } else { (100.0 - share) / (codes.len() as f64 - 1.0) };
            let mut shares: Vec<(&str, f64)> = others.map(|code| (code.id.as_str(), rest)).collect();
            shares.push((truth.code, *share));
            if several {
                shares.push(("nil", 1.0));
            }
            planted.answers(&form, item, Some((by, class)), &shares).expect("can be planted");
        }
    }
    World { name, form, responses, planted, truths }
}

const HEAD: &str = r#"
[survey]
id = "world"
title = { ja = "架空の調査", en = "A made-up survey" }
languages = ["ja", "en"]
unit = { ja = "組織", en = "institutions" }

[codes.yn]
yes = { ja = "はい", en = "Yes" }
no = { ja = "いいえ", en = "No" }

[codes.size]
s1 = { ja = "極小", en = "Tiny" }
s2 = { ja = "小型", en = "Small" }
s3 = { ja = "中型", en = "Medium" }
s4 = { ja = "大型", en = "Large" }

[codes.kind]
public = { ja = "公立", en = "Public" }
private = { ja = "私立", en = "Private" }
church = { ja = "教会立", en = "Church" }

[[breakdown]]
id = "size"
label = { ja = "規模", en = "Size" }
codes = "size"
ordered = true

[[breakdown]]
id = "kind"
label = { ja = "設立", en = "Kind" }
codes = "kind"
"#;

fn question(id: &str, label: &str, more: &str) -> String {
    format!(
        "\n[[question]]\nid = \"{id}\"\nlabel = {{ ja = \"{label}\", en = \"Topic {id}\" }}\n\
         text = {{ ja = \"{label}はどうですか。\", en = \"How about {id}?\" }}\n{more}\n"
    )
}

fn yes_no(id: &str, label: &str, ask_if: &str) -> String {
    let ask_if = if ask_if.is_empty() { String::new() } else { format!("\nask_if = \"{ask_if}\"") };
    question(id, label, &format!("codes = \"yn\"{ask_if}"))
}

/// Eight questions of yes and no, two of them behind another.
fn pairs() -> World {
    let mut survey = HEAD.to_owned();
    for (id, label, ask_if) in PAIRS {
        survey += &yes_no(id, label, ask_if);
    }
    let truths = vec![
        Truth {
            of: ("q1", "size"),
            code: "yes",
            shares: &[("s1", 35.0), ("s2", 45.0), ("s3", 60.0), ("s4", 75.0)],
        },
        Truth {
            of: ("q4", "kind"),
            code: "yes",
            shares: &[("public", 54.0), ("private", 40.0), ("church", 40.0)],
        },
        Truth {
            of: ("q7", "size"),
            code: "yes",
            shares: &[("s1", 42.0), ("s2", 37.0), ("s3", 32.0), ("s4", 27.0)],
        },
    ];
    world("yes and no, routed (n = 900)", &survey, 900, truths)
}

const PAIRS: [(&str, &str, &str); 8] = [
    ("q1", "外部接続", ""),
    ("q2", "機器の把握", "q1 = yes"),
    ("q3", "対応の実施", "q2 = yes"),
    ("q4", "契約の締結", ""),
    ("q5", "計画の策定", ""),
    ("q6", "研修の実施", ""),
    ("q7", "報告の確認", ""),
    ("q8", "予算の確保", "q7 = yes"),
];

const MEASURES: &str = r#"kind = "multiple"
[question.codes]
wall = { ja = "防壁", en = "wall" }
key = { ja = "鍵", en = "key" }
watch = { ja = "監視", en = "watch" }
copy = { ja = "複製", en = "copy" }
nil = { ja = "なし", en = "nothing", exclusive = true }"#;

/// Several answers, a grid, one of four, a number.
fn mixed() -> World {
    let list = |ids: [(&str, &str); 4]| {
        let one = |(id, label): (&str, &str)| format!("{id} = {{ ja = \"{label}\", en = \"{id}\" }}");
        format!("codes = {{ {} }}", ids.map(one).join(", "))
    };
    let mut survey = HEAD.to_owned();
    // Who draws nothing chooses "none": without it the first answer would make up for the others.
    survey += &question("m", "対策", MEASURES);
    survey += &question(
        "often",
        "頻度",
        &list([("month", "毎月"), ("term", "学期ごと"), ("year", "毎年"), ("never", "行わず")]),
    );
    survey += &question(
        "g",
        "整備",
        "kind = \"grid\"\ncodes = \"yn\"\nitems = { rule = { ja = \"規程\", en = \"Rules\" }, desk = { ja = \"窓口\", en = \"Desk\" }, map = { ja = \"構成図\", en = \"Map\" } }",
    );
    survey += &question(
        "staff",
        "担当者",
        "kind = \"number\"\nmin = 0\nmax = 30\nunit = { ja = \"人\", en = \"people\" }",
    );
    survey += &yes_no("q1", "委員会", "");
    let truths = vec![
        Truth {
            of: ("m", "kind"),
            code: "key",
            shares: &[("public", 40.0), ("private", 25.0), ("church", 25.0)],
        },
        Truth {
            of: ("g.desk", "size"),
            code: "yes",
            shares: &[("s1", 25.0), ("s2", 40.0), ("s3", 50.0), ("s4", 65.0)],
        },
    ];
    world("several answers and grids (n = 600)", &survey, 600, truths)
}

/// Nothing planted.
fn nothing() -> World {
    let mut survey = HEAD.to_owned();
    for (id, label, _) in PAIRS {
        survey += &yes_no(id, label, "");
    }
    world("nothing planted (n = 600)", &survey, 600, Vec::new())
}
