//! How often somebody may try: by address, and by code.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

/// What one guest has of the network, by which limits count: an address, of IPv6 the first half of it. The other half is
/// each machine's to choose, so that by whole addresses nobody would ever come to a limit.
pub fn of_one_guest(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        four => four,
    }
}

/// Tries that fill up again with time; one bucket a key.
#[derive(Debug)]
pub struct Limit<K> {
    most: f64,
    per_micro: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    seen: i64,
}

/// Buckets that are kept; full ones are forgotten first.
const MOST_BUCKETS: usize = 100_000;

impl<K: Eq + Hash> Limit<K> {
    /// `most` tries at once, and as many again in each `micros`.
    pub fn new(most: u32, micros: i64) -> Limit<K> {
        let most = f64::from(most);
        Limit { most, per_micro: most / micros as f64, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one try, if there is one.
    pub fn take(&self, key: K, now: i64) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let refilled = |bucket: &Bucket| {
            (bucket.left + (now - bucket.seen).max(0) as f64 * self.per_micro).min(self.most)
        };
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, bucket| refilled(bucket) < self.most);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: self.most, seen: now });
        bucket.left = refilled(bucket);
        bucket.seen = now;
        let is_left = bucket.left >= 1.0;
        if is_left {
            bucket.left -= 1.0;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_guest() {
        for (address, guest) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
            ("2001:db8:1:3::", "2001:db8:1:3::"),
        ] {
            let [address, guest] = [address, guest].map(|text| text.parse::<IpAddr>().expect("an address"));
            assert_eq!(of_one_guest(address), guest);
        }
    }

    #[test]
    fn tries_run_out_and_come_back_for_each_by_itself() {
        let limit = Limit::new(3, 300);
        let tries: Vec<bool> = (0..5).map(|_| limit.take("a", 0)).collect();
        assert_eq!(tries, [true, true, true, false, false]);
        assert!(limit.take("b", 0), "another is not held up");
        assert!(limit.take("a", 100), "a third of the time brings one of three back");
        assert!(!limit.take("a", 100));
        assert!(!limit.take("a", 50), "a clock that goes back gives nothing");
    }
}
