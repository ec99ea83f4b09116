use proptest::prelude::*;

use super::*;

const EVERY_KIND: [&str; 37] = [
    "share:q1=yes",
    "share:q1=a,b;founder=national,public;beds=!b500",
    "share:q7.row=yes",
    "mean:q6=no;by=founder",
    "mean:q6=no;by=founder;without=other,national",
    "count:q1=yes;beds=b500",
    "n:q2",
    "n:all",
    "n:all;founder=national",
    "n:alligators",
    "asked:q2;founder=national",
    "blank:q2",
    "average:devices;founder=national",
    "median:devices",
    "q1:devices",
    "q3:devices",
    "diff:q1=yes;founder=national-founder=public",
    "diff:q1=yes-q2=yes",
    "compare:q2=yes;founder=individual<all",
    "compare:q2=yes>=50%",
    "compare:q2=yes>66.7%",
    "compare:q6=yes~q7=yes;within=3",
    "compare:q1=yes;founder=a>founder=b",
    "compare:q6=no;founder=a>mean(founder)",
    "trend:q1=yes;by=beds;up;except=b20_99,b200_299",
    "trend:q1=yes;by=beds;down",
    "rank:q1=yes;by=founder;top=a,b",
    "rank:q1=yes;by=founder;bottom=a",
    "list:q1=yes;by=founder;above=all;are=a,b",
    "list:q1=yes;by=founder;below=mean;are=a",
    "list:q1=yes;by=founder;above=50%;are=a",
    "every:q1=yes;by=beds;only=a,b>=50%",
    "every:q1=yes>0%",
    "rate:rr2",
    "rate:coop4;beds=b500",
    "rate:con3;beds=!b500,b100",
    "rate:response;beds=b500",
];

#[test]
fn every_kind_is_read_and_written_back_the_same() {
    for text in EVERY_KIND.iter().chain(&["rate:response", "invited:", "opens:", "closes:", "fact:"]) {
        let claim = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(claim.to_string(), *text);
    }
}

#[test]
fn an_error_says_what_was_expected_and_where() {
    for (text, at, expected) in [
        ("share", 0, "a claim has the form kind:target"),
        ("shar:q1=yes", 0, "there is no kind of claim \"shar\""),
        ("share:q1", 8, "\"=\" is needed"),
        ("share:q1=", 9, "a name is needed"),
        ("share:q1=yes;", 13, "a name is needed"),
        ("share:q1=yes!", 12, "the claim should end here"),
        ("compare:q1=yes", 14, "one of < <= > >= = ~ is needed"),
        ("compare:q1=yes<all;within=3", 27, "within goes with ~ only"),
        ("trend:q1=yes;by=beds", 20, ";up or ;down is needed"),
        ("mean:q1=yes", 11, "\";by=\" is needed"),
        ("rank:q1=yes;by=beds", 19, ";top= or ;bottom= is needed"),
        ("list:q1=yes;by=beds;above=all", 29, "\";are=\" is needed"),
        ("every:q1=yes>=x", 14, "a number is needed"),
        ("rate:rr9", 5, "response, rr1 to rr6, coop1 to coop4, ref1 to ref3 or con1 to con3 is needed"),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!((error.span.start, error.message.en.as_str()), (at, expected), "{text}");
    }
    assert_eq!(parse("shar:q1=yes").expect_err("no such kind").nearest, Some("share"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "(share|compare|trend|every|list|diff)?:?[a-z0-9=;,<>~!%().-]{0,30}|\\PC{0,30}") {
        if let Ok(claim) = parse(&text) {
            prop_assert_eq!(parse(&claim.to_string()), Ok(claim));
        }
    }
}
