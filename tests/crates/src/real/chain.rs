//! The transaction pool of a node.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arbitrary::Unstructured;
use bytes::Bytes;
use deep_size::{DeepSize, Reason};

use super::{assert_at_least, assert_states_exact, for_random_states, random};
use crate::random::{Random, below, length};

type Address = [u8; 20];
type Hash = [u8; 32];
type Word = [u64; 4];

#[derive(DeepSize)]
struct AccessListItem {
    address: u128,
    storage_keys: Vec<Word>,
}

#[derive(DeepSize)]
enum Transaction {
    Legacy { nonce: u64, gas_price: u128, to: Option<u128>, value: Word, input: Vec<u8> },
    DynamicFee { nonce: u64, max_fee: u128, tip: u128, access_list: Vec<AccessListItem>, input: Box<[u8]> },
    Blob { nonce: u64, versioned_hashes: Vec<Word>, sidecar: Option<Arc<Sidecar>> },
    SetCode { authorizations: Vec<(u64, u128, Word)>, access_list: Vec<AccessListItem> },
}

#[derive(DeepSize)]
struct Sidecar {
    blobs: Vec<Box<[u8]>>,
    commitments: Vec<Word>,
    proofs: Vec<Word>,
}

#[derive(DeepSize)]
enum Origin {
    External,
    Local,
    Private { peers: HashSet<u64> },
}

random! {
    struct AccessListItem { address, storage_keys }
    enum Transaction {
        Legacy { nonce, gas_price, to, value, input }
        DynamicFee { nonce, max_fee, tip, access_list, input }
        Blob { nonce, versioned_hashes, sidecar }
        SetCode { authorizations, access_list }
    }
    struct Sidecar { blobs, commitments, proofs }
    enum Origin { External {} Local {} Private { peers } }
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, DeepSize)]
struct TransactionId {
    sender: u64,
    nonce: u64,
}

#[derive(DeepSize)]
struct PoolTransaction {
    id: TransactionId,
    hash: Hash,
    sender: Address,
    origin: Origin,
    transaction: Transaction,
}

/// Ordered by fee.
#[derive(Clone, DeepSize)]
struct Pending {
    priority: u128,
    submission: u64,
    transaction: Arc<PoolTransaction>,
}

impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.priority, self.submission).cmp(&(other.priority, other.submission))
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Pending {}

#[derive(Default, DeepSize)]
struct Pool {
    by_hash: HashMap<Hash, Arc<PoolTransaction>>,
    by_id: BTreeMap<TransactionId, Arc<PoolTransaction>>,
    pending: BTreeSet<Pending>,
    queued: HashMap<Address, BTreeMap<u64, Arc<PoolTransaction>>>,
    senders: BTreeMap<u64, Address>,
}

fn pool(source: &mut Unstructured<'_>) -> Pool {
    let mut pool = Pool::default();
    for number in 0..length(source, 0) as u64 {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        let mut sender = [0; 20];
        sender[0] = below(source, 5) as u8;
        let id = TransactionId { sender: sender[0].into(), nonce: number };
        let origin = Origin::random(source, 1);
        let transaction = Transaction::random(source, 1);
        let transaction = Arc::new(PoolTransaction { id, hash, sender, origin, transaction });

        pool.senders.insert(id.sender, sender);
        pool.by_hash.insert(hash, transaction.clone());
        pool.by_id.insert(id, transaction.clone());
        if bool::random(source, 0) {
            let priority = u128::random(source, 0);
            pool.pending.insert(Pending { priority, submission: number, transaction });
        } else {
            pool.queued.entry(sender).or_default().insert(number, transaction);
        }
        if below(source, 10) == 0 {
            let best = pool.pending.pop_last();
            best.map(|best| pool.by_id.remove(&best.transaction.id));
        }
    }
    // An emptied tree may keep a hidden leaf.
    if pool.pending.is_empty() {
        pool.pending = BTreeSet::new();
    }
    if pool.by_id.is_empty() {
        pool.by_id = BTreeMap::new();
    }
    pool
}

#[test]
fn a_transaction_pool_is_exact() {
    assert_states_exact(pool);
}

/// Received messages that are not decoded yet.
#[derive(DeepSize)]
struct Inbox {
    pool: Pool,
    raw: BTreeMap<u64, Bytes>,
    fetching: HashMap<Hash, Vec<u64>>,
}

#[test]
fn a_pool_with_bytes_is_a_lower_bound() {
    for_random_states(|source| {
        let build = || Inbox {
            raw: (0..length(source, 1) as u64)
                .map(|number| (number, Bytes::from(vec![1; 1 + below(source, 300)])))
                .collect(),
            fetching: HashMap::new(),
            pool: pool(source),
        };
        // Each is the only handle on its vector.
        assert_at_least(&[Reason::Hidden], build, |_| 0);
    });
}
