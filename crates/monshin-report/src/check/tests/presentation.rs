//! Claims on what is not presented.

use monshin_diag::Lang;

use super::world::{EXAMPLE, EXAMPLE_ROWS, World};
use crate::check::CheckSettings;

fn codes(text: &str) -> Vec<&'static str> {
    let survey = EXAMPLE.replace("[quoting]\n", "[quoting]\nunreliable = \"omit\"\n");
    let world = World::new(&survey, EXAMPLE_ROWS);
    match world.check(text, Lang::Ja, &CheckSettings::default()) {
        Ok(_) => Vec::new(),
        Err(found) => found.as_slice().iter().map(|one| one.code).collect(),
    }
}

#[test]
fn what_is_not_presented_is_not_quoted_even_with_a_waiver() {
    let small = "「公的医療機関」では[25%](share:q2=yes;founder=public)が把握している。";
    assert_eq!(codes(small), ["C044"]);
    assert_eq!(codes(&small.replace("public)", "public \"waive: 例\")")), ["C044", "C060"]);
    let counted = "「公的医療機関」では[9組織](count:q2=yes;founder=public)が把握している。";
    assert_eq!(codes(counted), ["C044"]);
    assert_eq!(codes("「公的医療機関」は[全体より低い](compare:q2=yes;founder=public<all)。"), ["C044"]);
    assert_eq!(codes("回答したのは[28組織](n:q2;founder=public)である。"), ["C010"], "the base is presented");
    assert_eq!(codes("[66.7%](share:q1=yes)が使う。"), [""; 0]);
}

#[test]
fn several_classes_together_are_quoted_where_they_are_enough() {
    let both = "「公的医療機関」と「公益法人」では[0.1%](share:q1=yes;founder=public,foundation)が使う。";
    let found = codes(both);
    assert!(!found.contains(&"C044"), "{found:?}");
}
