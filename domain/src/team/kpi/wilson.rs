/// The bounds of a share that was seen in some of `n` cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// From here, 0 to 1.
    pub low: f64,
    /// To here, 0 to 1.
    pub high: f64,
}

/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of Wilson (1927) around the share of `good` among `n`; none where `n` is 0, or
/// `good` is more than `n`. Unlike the textbook one it stays inside 0 to 1, and is honest for shares
/// near 1, which is where satisfaction lies (M14).
pub fn wilson(good: u32, n: u32) -> Option<Interval> {
    if n == 0 || good > n {
        return None;
    }
    let (count, share) = (f64::from(n), f64::from(good) / f64::from(n));
    let z2 = Z * Z;
    let center = share + z2 / (2.0 * count);
    let spread = Z * (share * (1.0 - share) / count + z2 / (4.0 * count * count)).sqrt();
    let whole = 1.0 + z2 / count;
    // Rounding must not say that what was never seen cannot be, nor go past the ends.
    let low = if good == 0 { 0.0 } else { (center - spread) / whole };
    let high = if good == n { 1.0 } else { (center + spread) / whole };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Newcombe (1998), table I, method 3, and 18 of 20 by hand.
    #[test]
    fn known_intervals() {
        for (good, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (18, 20, 0.6990, 0.9721),
        ] {
            let found = wilson(good, n).expect("an interval");
            assert!(
                (found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5,
                "{good}/{n}: {found:?}"
            );
        }
        assert_eq!((wilson(0, 0), wilson(2, 1)), (None, None));
        assert_eq!(wilson(20, 20).map(|found| found.high), Some(1.0));
    }

    proptest! {
        #[test]
        fn it_lies_around_the_share_and_narrows(good in 0_u32..500, more in 0_u32..500) {
            let n = good + more + 1;
            let share = f64::from(good) / f64::from(n);
            let once = wilson(good, n).expect("an interval");
            let twice = wilson(good * 2, n * 2).expect("an interval");
            prop_assert!((0.0..=share).contains(&once.low) && (share..=1.0).contains(&once.high), "{once:?}");
            prop_assert!(twice.high - twice.low < once.high - once.low);
        }
    }
}
