//! By which parameters stored daily counts were made.

use sha2::{Digest, Sha256};

use super::model::Counting;

/// A number that is the same for equal counting parameters, on every machine
/// and in every version: 0 to 2³¹ − 1.
///
/// Counts of a day carry it, so that a change of `counting` recounts the days
/// that the next evaluation reads and no others (section 4).
pub fn counting_key(counting: &Counting) -> i32 {
    let mut hash = Sha256::new();
    for part in [counting.min_graphemes, counting.min_gap_seconds, counting.daily_cap] {
        hash.update(part.to_be_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    i32::from_be_bytes([digest[0] & 0x7f, digest[1], digest[2], digest[3]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OrgPolicy;

    #[test]
    fn the_key_is_stable_and_tells_parameters_apart() {
        let default = OrgPolicy::default().tiering.counting;
        assert_eq!(counting_key(&default), 1_027_598_442);
        for other in [
            Counting { min_graphemes: 3, ..default },
            Counting { min_gap_seconds: 61, ..default },
            Counting { daily_cap: 21, ..default },
        ] {
            assert_ne!(counting_key(&other), counting_key(&default));
            assert!(counting_key(&other) >= 0);
        }
    }
}
