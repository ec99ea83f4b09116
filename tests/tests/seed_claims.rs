//! The claims of the published report, as published, against the reconstructed answers.

use std::collections::BTreeMap;

use monshin_diag::Diagnostics;
use monshin_report::CheckSettings;
use monshin_tests::{Counted, text};

/// id → (the claim, what was printed: a range of percent or one percentage).
fn claims() -> BTreeMap<String, (String, String)> {
    let table: toml::de::DeTable =
        toml::de::DeTable::parse(Box::leak(text("tests/seed/claims.toml").into_boxed_str()))
            .expect("our own file")
            .into_inner();
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(text("tests/seed/claims.csv")));
    let bounds: BTreeMap<String, (String, String)> = reader
        .records()
        .map(|row| row.expect("our own file"))
        .map(|row| (row[0].to_owned(), (row[6].to_owned(), row[7].to_owned())))
        .collect();
    let list = table.iter().find(|(key, _)| key.get_ref() == "claim").expect("claims").1;
    let list = list.get_ref().as_array().expect("a list");
    let field = |claim: &toml::de::DeValue, key: &str| {
        claim.get(key).and_then(|value| value.get_ref().as_str()).expect("a string").to_owned()
    };
    list.iter()
        .map(|claim| {
            let id = field(claim.get_ref(), "id");
            let (low, high) = bounds[&id].clone();
            let printed = if low == high { format!("{low}%") } else { format!("{low}～{high}%") };
            (id, (field(claim.get_ref(), "claim"), printed))
        })
        .collect()
}

fn found(survey: &Counted, claim: &str, printed: &str, settings: &CheckSettings) -> Diagnostics {
    survey.findings(&format!("開設者区分などの値は[{printed}]({claim})。"), settings)
}

const OFF: CheckSettings = CheckSettings { quoting_min_base: Some(0), similar_within: None };

#[test]
fn of_eighty_one_single_shares_eighty_hold_and_c017_is_refused_with_the_right_value() {
    let survey = Counted::example(|text| text.replace("[survey]", "[survey]\ndisclosure = \"none\""));
    let claims = claims();
    assert_eq!(claims.len(), 81);
    let mut refused = Vec::new();
    for (id, (claim, printed)) in &claims {
        let found = found(&survey, claim, printed, &OFF);
        let no_figure = found.iter().find(|one| matches!(one.code, "C016" | "C041" | "C042" | "C043"));
        assert_eq!(no_figure, None, "{id} {claim} was not judged");
        if let Some(wrong) = found.iter().find(|one| one.code == "C010") {
            refused.push((id.clone(), wrong.expected.clone().unwrap_or_default()));
        }
    }
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].0, "C017");
    assert!(refused[0].1.contains("66.7"), "{refused:?}");
}

#[test]
fn x09_with_the_default_policy_those_on_too_few_institutions_are_refused_for_that_reason() {
    let survey = Counted::example(|text| text);
    let claims = claims();
    let exposed = ["C063", "C102", "C103", "C109", "C112", "C113", "C123", "C124", "C125", "C128", "C129"];
    for id in exposed {
        let (claim, printed) = &claims[id];
        let found = found(&survey, claim, printed, &CheckSettings::default());
        let reason = found
            .iter()
            .any(|one| matches!(one.code, "C040" | "C041") && one.severity == monshin_diag::Severity::Error);
        assert!(reason, "{id} {claim}: {found:#?}");
    }
}
