//! The weight of a row, or why it cannot be one.

use monshin_diag::{Words, words};

/// Weights are finite numbers in this range; a cube keeps their sums exactly.
const RANGE: std::ops::RangeInclusive<f64> = 1e-18..=1e18;

/// A weight from a cell, in any width of digits.
///
/// # Errors
/// What to do about a cell that is no weight.
pub(super) fn read(cell: &str) -> Result<f64, Words> {
    let text = super::normalise(cell);
    if text.is_empty() {
        return Err(words!("ウエイトが空です。数を書いてください"; "there is no weight; write a number"));
    }
    let Ok(weight) = text.parse::<f64>() else {
        return Err(
            words!("0.8、1.25、2e-3 のような数を書いてください"; "write a number such as 0.8, 1.25 or 2e-3"),
        );
    };
    if RANGE.contains(&weight) {
        return Ok(weight);
    }
    Err(why_not(weight))
}

fn why_not(weight: f64) -> Words {
    if weight.is_nan() || weight.is_infinite() {
        return words!(
            "有限の数ではありません。ウエイトを計算したときに 0 で割っていないか確かめてください";
            "this is no finite number; see whether something was divided by 0 when the weights were made");
    }
    if weight == 0.0 {
        return words!(
            "ウエイト 0 の回答は、どの割合にも数えられません。集計に含めないのなら行ごと消し、含めるのなら正の数を書いてください";
            "a response of weight 0 counts in no share; take the row out if it is not to count, or give it a weight above 0");
    }
    if weight < 0.0 {
        return words!(
            "負のウエイトは使えません。線形キャリブレーションの結果なら、下限を付けて計算し直してください";
            "a weight cannot be negative; if it comes from linear calibration, calibrate again with a lower bound");
    }
    words!("1e-18 から 1e18 までの数を書いてください（すべてに同じ数を掛けても割合は変わりません）";
        "write a number from 1e-18 to 1e18 (shares stay the same when all weights are multiplied by one number)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_over_thirty_orders_of_magnitude_are_read() {
        for (cell, weight) in [("1e-15", 1e-15), ("１．５", 1.5), (" 3 ", 3.0), ("1E15", 1e15)] {
            assert_eq!(read(cell), Ok(weight), "{cell}");
        }
    }

    #[test]
    fn what_is_no_weight_is_told_what_it_is() {
        for (cell, part) in [
            ("0", "counts in no share"),
            ("-0.5", "negative"),
            ("NaN", "finite"),
            ("inf", "finite"),
            ("1e300", "1e18"),
            ("", "no weight"),
            ("many", "write a number"),
        ] {
            let why = read(cell).expect_err(cell);
            assert!(why.en.contains(part), "{cell}: {}", why.en);
        }
    }
}
