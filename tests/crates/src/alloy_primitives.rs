use alloy_primitives::{Address, B256, Bytes, Log, LogData, Signed, TxKind, U256};
use deep_size::{DeepSize, Reason};

use crate::for_random_bytes;
use crate::random::{Random, below};
use crate::support::{assert_exact, assert_flat, assert_lower_bound};

#[test]
fn integers_and_hashes_own_nothing() {
    assert_flat((Address::ZERO, B256::ZERO, U256::MAX, TxKind::Create, Signed::<256, 4>::ZERO));
    assert_exact(|| vec![(Address::ZERO, String::from("text"))]);
    assert_exact(Bytes::new);
}

#[test]
fn random_logs_are_lower_bounds() {
    for_random_bytes(|source| {
        let (topics, bytes) = (below(source, 5), Vec::<u8>::random(source, 0));
        let data = || LogData::new_unchecked(vec![B256::ZERO; topics], Bytes::new());
        assert_eq!(assert_lower_bound(Reason::Capacity, data), topics * 32);
        let log = Log { address: Address::ZERO, data: Bytes::from(bytes.clone()) };
        assert_eq!(log.heap_size(), bytes::Bytes::from(bytes).heap_size());
    });
}
