//! One tiny survey per feature, its tables as text.

use expect_test::expect;

use super::support::{breakdown, codes, question, show, survey, tables};

/// Nothing withheld, small bases quotable.
fn open() -> String {
    "disclosure = \"none\"\n[quoting]\nmin_base = 3\n".to_owned()
}

#[test]
fn one_of_a_list_by_classes_with_one_nobody_is_in() {
    let form = survey(&(open() + &breakdown("size", "s m l") + &question("a: yes no")));
    let tables = tables(&form, "size=s a=yes\n 3x size=m a=yes\n size=m a=no\n a=no");
    expect![[r#"
        a | 
        all: 6 = 6 + 0 + 0, 6 = 6 + 0 + 0; yes 4 66.7 %; no 2 33.3 %
        a |  | unclassified 1
        s: 1 = 1 + 0 + 0, 1 = 1 + 0 + 0; yes 1 100.0 % unreliable; no 0 0.0 % unreliable
        m: 4 = 4 + 0 + 0, 4 = 4 + 0 + 0; yes 3 75.0 %; no 1 25.0 %
        l: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        mean yes 87.5 % of 2
        mean no 12.5 % of 2
    "#]]
    .assert_eq(&(show(&tables, "a", &[]) + &show(&tables, "a", &["size"])));
}

#[test]
fn a_routed_question_has_the_base_of_its_condition() {
    let form = survey(&(open() + &question("a: yes no") + &question("b: yes no if a = yes")));
    let tables = tables(&form, "2x a=yes b=no\n a=yes b=-\n 4x a=no\n a=-");
    expect![[r#"
        a | 
        all: 8 = 8 + 0 + 0, 8 = 7 + 1 + 0; yes 3 42.9 %; no 4 57.1 %
        b | a = yes
        all: 8 = 3 + 4 + 1, 3 = 2 + 1 + 0; yes 0 0.0 % unreliable; no 2 100.0 % unreliable
    "#]]
    .assert_eq(&(show(&tables, "a", &[]) + &show(&tables, "b", &[])));
}

#[test]
fn do_not_know_is_an_answer_and_refusal_is_not() {
    let form = survey(&(open() + &question("a: yes no dk refused")));
    let tables = tables(&form, "3x a=yes\n a=dk\n 2x a=refused\n a=-");
    expect![[r#"
        a | 
        all: 7 = 7 + 0 + 0, 7 = 4 + 1 + 2; yes 3 75.0 %; no 0 0.0 %; dk 1 25.0 %
    "#]]
    .assert_eq(&show(&tables, "a", &[]));
}

#[test]
fn several_of_a_list_in_percent_of_respondents_and_of_answers() {
    let form = survey(&(open() + &question("m: several x y z refused")));
    let tables = tables(&form, "m=x\n m=x+y\n 2x m=x+y+z\n m=refused\n m=-");
    expect![[r#"
        m | 
        all: 6 = 6 + 0 + 0, 6 = 4 + 1 + 1; x 4 100.0 % (44.4 % of answers); y 3 75.0 % (33.3 % of answers); z 2 50.0 % (22.2 % of answers)
    "#]].assert_eq(&show(&tables, "m", &[]));
}

#[test]
fn numbers_have_quantiles_and_days_are_numbers() {
    let form = survey(&(open() + &question("n: number") + &question("d: date if n > 2")));
    let tables = tables(&form, "n=1\n n=2\n n=3 d=2022-11-15\n n=10 d=2022-11-17\n n=-");
    expect![[r#"
        n | 
        all: 5 = 5 + 0 + 0, 5 = 4 + 1 + 0; mean 4 median 2 quartiles 1 3 from 1 to 10
        d | n > 2
        all: 5 = 2 + 2 + 1, 2 = 2 + 0 + 0; mean 19312 median 19311 quartiles 19311 19313 from 19311 to 19313
    "#]]
    .assert_eq(&(show(&tables, "n", &[]) + &show(&tables, "d", &[])));
}

#[test]
fn extremes_and_the_quartiles_of_small_groups_are_somebodys_own_answers() {
    let form = survey(&question("n: number"));
    let tables = tables(&form, "n=1\n n=2\n n=3\n n=10");
    expect![[r#"
        n | 
        all: 4 = 4 + 0 + 0, 4 = 4 + 0 + 0; mean 4 median 2 quartiles – – from – to –
    "#]]
    .assert_eq(&show(&tables, "n", &[]));
}

#[test]
fn words_and_please_specify_count_only_as_given() {
    let form = survey(&(open() + &question("a: p q other") + &question("t: text")));
    let tables = tables(&form, "a=other a.other=x t=y\n a=other a.other=- t=-\n a=p t=z");
    let all = ["a", "a.other", "t"].map(|name| show(&tables, name, &[])).concat();
    expect![[r#"
        a | 
        all: 3 = 3 + 0 + 0, 3 = 3 + 0 + 0; p 1 33.3 %; q 0 0.0 %; other 2 66.7 %
        a.other | a = other
        all: 3 = 2 + 1 + 0, 2 = 1 + 1 + 0
        t | 
        all: 3 = 3 + 0 + 0, 3 = 2 + 1 + 0
    "#]]
    .assert_eq(&all);
}

#[test]
fn each_row_of_a_grid_is_a_variable() {
    let grid = format!(
        "\n[[question]]\nid = \"g\"\ntext = \"g?\"\nkind = \"grid\"\ncodes = {{ {} }}\nitems = {{ one = \"One\", two = \"Two\" }}\n",
        codes("yes no")
    );
    let form = survey(&(open() + &grid));
    let tables = tables(&form, "g.one=yes g.two=no\n g.one=yes g.two=-");
    expect![[r#"
        g.one | 
        all: 2 = 2 + 0 + 0, 2 = 2 + 0 + 0; yes 2 100.0 % unreliable; no 0 0.0 % unreliable
        g.two | 
        all: 2 = 2 + 0 + 0, 2 = 1 + 1 + 0; yes 0 0.0 % unreliable; no 1 100.0 % unreliable
    "#]]
    .assert_eq(&(show(&tables, "g.one", &[]) + &show(&tables, "g.two", &[])));
}

#[test]
fn the_unit_of_a_block_is_the_entry() {
    let block = "\n[[block]]\nid = \"device\"\nlabel = \"Device\"\nmax = 3\ncount = \"k\"\n";
    let inside = |line: &str| question(line).replace("text =", "block = \"device\"\ntext =");
    let form = survey(
        &(open()
            + &question("k: number")
            + block
            + &inside("vendor: f g")
            + &inside("age: number if vendor = f")),
    );
    let tables = tables(
        &form,
        "k=0\n k=1 device.1.vendor=f device.1.age=4\n k=2 device.1.vendor=g device.2.vendor=f device.2.age=6\n k=-",
    );
    let all = ["k", "device.vendor", "device.age"].map(|name| show(&tables, name, &[])).concat();
    expect![[r#"
        k | 
        all: 4 = 4 + 0 + 0, 4 = 3 + 1 + 0; mean 1 median 1 quartiles 0 2 from 0 to 2
        device.vendor | device
        all: 6 = 3 + 0 + 3, 3 = 3 + 0 + 0; f 2 66.7 %; g 1 33.3 %
        device.age | vendor = f
        all: 6 = 2 + 1 + 3, 2 = 2 + 0 + 0; mean 5 median 4 quartiles 4 6 from 4 to 6
    "#]]
    .assert_eq(&all);
}

#[test]
fn nobody_at_all_gives_tables_of_dashes() {
    let form =
        survey(&(open() + &breakdown("size", "s m") + &question("a: yes no") + &question("n: number")));
    let tables = tables(&form, "");
    let all = [show(&tables, "a", &["size"]), show(&tables, "n", &[])].concat();
    expect![[r#"
        a |  | unclassified 0
        s: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        m: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        mean yes – of 0 no-base
        mean no – of 0 no-base
        n | 
        all: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0
    "#]]
    .assert_eq(&all);
}

#[test]
fn a_breakdown_may_be_the_answer_to_a_question() {
    let by = "\n[[breakdown]]\nid = \"size\"\nlabel = \"Size\"\nquestion = \"q0\"\n";
    let form = survey(&(open() + by + &question("q0: s m") + &question("a: yes no")));
    let tables = tables(&form, "2x q0=s a=yes\n 3x q0=m a=no\n q0=- a=yes");
    expect![[r#"
        a |  | unclassified 1
        s: 2 = 2 + 0 + 0, 2 = 2 + 0 + 0; yes 2 100.0 % unreliable; no 0 0.0 % unreliable
        m: 3 = 3 + 0 + 0, 3 = 3 + 0 + 0; yes 0 0.0 %; no 3 100.0 %
        mean yes 50.0 % of 2
        mean no 50.0 % of 2
    "#]]
    .assert_eq(&show(&tables, "a", &["size"]));
}

#[test]
fn classes_are_pooled_into_one_row() {
    let form = survey(&(open() + &breakdown("size", "s m l") + &question("a: yes no")));
    let tables = tables(&form, "2x size=s a=yes\n 3x size=m a=no\n size=l a=yes");
    let table = tables.table(0, &[0]).expect("a table");
    let row = tables.pool(table, &[&[0], &[1], &[1]]).expect("nothing is withheld");
    assert_eq!((row.n(), row.cell(0).map(|cell| cell.count)), (Some(5), Some(2)));
}

/// 40 of 80: 38.6–61.4 %. 2 of 80: 0.3–8.7 %, wider than 130 % of 2.5 %. 15 of 29: too few (NCHS 2017;
/// Clopper and Pearson's ends by R's `binom.test`).
#[test]
fn the_presentation_rule_is_the_owners() {
    let marked = |rule: &str, yes: u64, no: u64| {
        let form = survey(&format!("[quoting]\nrule = \"{rule}\"\n{}", question("a: yes no")));
        let tables = tables(&form, &format!("{yes}x a=yes\n {no}x a=no"));
        let cell = tables.table(0, &[]).and_then(|table| table.rows[0].cell(0)).expect("a cell").clone();
        (cell.flag == Some(crate::Flag::Unreliable), cell.nchs.is_some())
    };
    assert_eq!(marked("nchs", 40, 40), (false, true));
    assert_eq!(marked("nchs", 2, 78), (true, true));
    assert_eq!(marked("nchs", 15, 14), (true, true));
    assert_eq!(marked("jp30", 2, 78), (false, false));
    assert_eq!(marked("jp30", 15, 14), (true, false));
    assert_eq!(marked("jp10", 15, 14), (false, false));
    assert_eq!(marked("jp10", 4, 5), (true, false));
}
