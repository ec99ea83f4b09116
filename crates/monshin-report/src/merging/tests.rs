use expect_test::{Expect, expect};
use monshin_diag::Source;

use super::*;

fn form() -> Questionnaire {
    let text = r#"
[survey]
id = "tiny"
title = { ja = "小さな調査", en = "Tiny" }
languages = ["ja", "en"]

[codes.beds]
none = { ja = "無床", en = "No beds" }
few = { ja = "1–19床", en = "1–19 beds" }
some = { ja = "20–99床", en = "20–99 beds" }
many = { ja = "100床以上", en = "100 beds or more" }

[[breakdown]]
id = "beds"
label = { ja = "病床規模", en = "Bed size" }
codes = "beds"
ordered = true

[[question]]
id = "q1"
text = { ja = "はいか", en = "Yes?" }
codes = { yes = { ja = "はい", en = "Yes" }, no = { ja = "いいえ", en = "No" } }
"#;
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", text));
    form.unwrap_or_else(|| panic!("{found:?}"))
}

fn check(said: impl Fn(&Sheet<'_>) -> String, ja: &Expect, en: &Expect) {
    let form = form();
    ja.assert_eq(&said(&Sheet { form: &form, breakdown: 0, lang: Lang::Ja }));
    en.assert_eq(&said(&Sheet { form: &form, breakdown: 0, lang: Lang::En }));
}

fn loss(withheld: usize, shown: usize, rows: usize) -> Loss {
    Loss { withheld, shown, rows }
}

#[test]
fn ways_that_lose_less_with_how_far_was_looked() {
    let ways = vec![
        (vec![vec![0], vec![1], vec![2, 3]], loss(3, 21, 24)),
        (vec![vec![0, 1], vec![2, 3]], loss(0, 16, 16)),
    ];
    let advice =
        MergeAdvice { now: loss(22, 14, 32), ways, tried: 6, impossible: 0, reach: Reach::Exhaustive };
    check(
        |sheet| sheet.text(&advice),
        &expect![[r#"
            病床規模: 秘匿 22 か所。この区分による表の 32 行のうち、すべての値を示すのは 14 行
              「20–99床」と「100床以上」をまとめると、秘匿は 3 か所（現在は 22 か所）。すべての値を示すのは 24 行のうち 21 行（4 区分が 3 区分になる）
              「無床」と「1–19床」、また「20–99床」と「100床以上」をまとめると、秘匿は 0 か所（現在は 22 か所）。すべての値を示すのは 16 行のうち 16 行（4 区分が 2 区分になる）
              （6 とおり。隣り合う区分のまとめ方はすべて試した）
        "#]],
        &expect![[r#"
            Bed size: 22 rows and cells withheld in all tables; 14 of 32 rows by it shown whole
              merging “20–99 beds” and “100 beds or more” would withhold 3 instead of 22; 21 of 24 rows shown whole (4 classes become 3)
              merging “No beds” and “1–19 beds”, and “20–99 beds” and “100 beds or more” would withhold 0 instead of 22; 16 of 16 rows shown whole (4 classes become 2)
              (6 tried; every way to merge neighbours into as many classes was tried)
        "#]],
    );
}

#[test]
fn a_search_that_leaves_something_out_says_so() {
    for reach in [Reach::StepByStep, Reach::SmallestOnly, Reach::Stopped] {
        let form = form();
        let advice = MergeAdvice { now: loss(2, 30, 32), ways: vec![], tried: 6, impossible: 2, reach };
        let text = Sheet { form: &form, breakdown: 0, lang: Lang::En }.text(&advice);
        assert!(
            text.contains("no way that was tried") && text.contains("other ways may be better"),
            "{text}"
        );
        assert!(text.contains("6 tried, 2 of which cannot be tabulated"), "{text}");
    }
}

#[test]
fn several_classes_and_why_there_is_none() {
    let advice = MergeAdvice {
        now: loss(9, 3, 32),
        ways: vec![(vec![vec![0], vec![1, 2, 3]], loss(1, 15, 16))],
        tried: 2,
        impossible: 1,
        reach: Reach::SmallestOnly,
    };
    check(
        |sheet| sheet.text(&advice),
        &expect![[r#"
        病床規模: 秘匿 9 か所。この区分による表の 32 行のうち、すべての値を示すのは 3 行
          「1–19床」と「20–99床」と「100床以上」をまとめると、秘匿は 1 か所（現在は 9 か所）。すべての値を示すのは 16 行のうち 15 行（4 区分が 2 区分になる）
          （2 とおり、うち 1 とおりは集計できない。回答の少ない区分から順にまとめた。よりよいまとめ方がほかにありうる）
    "#]],
        &expect![[r#"
        Bed size: 9 rows and cells withheld in all tables; 3 of 32 rows by it shown whole
          merging “1–19 beds”, “20–99 beds” and “100 beds or more” would withhold 1 instead of 9; 15 of 16 rows shown whole (4 classes become 2)
          (2 tried, 1 of which cannot be tabulated; only the smallest classes together; other ways may be better)
    "#]],
    );
    check(
        |sheet| sheet.cannot(CannotMerge::Routes),
        &expect![[r#"
        病床規模: 回答条件がこの区分を参照するため、まとめた場合は試していない
    "#]],
        &expect![[r#"
        Bed size: what is asked depends on its classes; merging them was not tried
    "#]],
    );
    check(
        |sheet| sheet.cannot(CannotMerge::Asked),
        &expect![[r#"
        病床規模: 設問への回答による区分のため、まとめた場合は試していない
    "#]],
        &expect![[r#"
        Bed size: its classes are answers to a question; merging them was not tried
    "#]],
    );
}
