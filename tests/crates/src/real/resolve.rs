//! The resolved dependencies of a package manager.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use arbitrary::Unstructured;
use deep_size::{DeepSize, Reason};
use petgraph::graph::{Graph, NodeIndex};
use semver::{Version, VersionReq};
use url::Url;

use super::{assert_at_least, assert_states_exact, for_random_states, random};
use crate::random::{Random, below, length};

#[derive(DeepSize)]
enum SourceKind {
    Git { reference: Option<String>, precise: Option<Box<str>> },
    Path,
    Registry,
    Directory,
}

#[derive(Clone, DeepSize)]
struct PackageId {
    inner: Arc<PackageIdInner>,
}

#[derive(DeepSize)]
struct PackageIdInner {
    name: Arc<str>,
    version: Version,
    kind: Arc<SourceKind>,
}

#[derive(DeepSize)]
struct Dependency {
    name: Arc<str>,
    requirement: VersionReq,
    kind: u8,
    features: Vec<Arc<str>>,
    platform: Option<Platform>,
    rename: Option<Arc<str>>,
    optional: bool,
}

#[derive(DeepSize)]
enum Platform {
    Name(String),
    Cfg(CfgExpr),
}

#[derive(DeepSize)]
enum CfgExpr {
    True,
    Not(Box<CfgExpr>),
    All(Vec<CfgExpr>),
    Any(Vec<CfgExpr>),
    Value { key: String, value: Option<String> },
}

#[derive(DeepSize)]
enum FeatureValue {
    Feature(String),
    Dep { name: Box<str> },
    DepFeature { name: Box<str>, feature: Box<str>, weak: bool },
}

#[derive(DeepSize)]
struct Summary {
    id: PackageId,
    dependencies: Vec<Dependency>,
    features: Rc<BTreeMap<String, Vec<FeatureValue>>>,
    checksum: Option<String>,
    links: Option<Arc<str>>,
}

random! {
    enum SourceKind { Path {} Git { reference, precise } Registry {} Directory {} }
    struct Dependency { name, requirement, kind, features, platform, rename, optional }
    enum Platform { Name { 0 } Cfg { 0 } }
    enum CfgExpr { True {} Not { 0 } All { 0 } Any { 0 } Value { key, value } }
    enum FeatureValue { Feature { 0 } Dep { name } DepFeature { name, feature, weak } }
}

#[derive(DeepSize)]
struct Resolve {
    graph: Graph<PackageId, HashSet<u32>>,
    summaries: HashMap<u32, Rc<Summary>>,
    replacements: BTreeMap<u32, PackageId>,
    features: HashMap<u32, BTreeSet<String>>,
    checksums: HashMap<u32, Option<String>>,
    metadata: BTreeMap<String, String>,
    unused_patches: Vec<PackageId>,
}

fn resolve(source: &mut Unstructured<'_>) -> Resolve {
    let kinds: Vec<Arc<SourceKind>> = (0..3).map(|_| Arc::random(source, 0)).collect();
    let names: Vec<Arc<str>> = (0..5).map(|_| Arc::random(source, 0)).collect();
    let packages: Vec<PackageId> = (0..1 + below(source, 12))
        .map(|_| PackageId {
            inner: Arc::new(PackageIdInner {
                name: names[below(source, 5)].clone(),
                version: Version::random(source, 1),
                kind: kinds[below(source, 3)].clone(),
            }),
        })
        .collect();
    let any = |source: &mut Unstructured<'_>| packages[below(source, packages.len())].clone();

    let mut graph = Graph::new();
    for package in &packages {
        graph.add_node(package.clone());
    }
    for _ in 0..length(source, 0) {
        let mut node = || NodeIndex::new(below(source, packages.len()));
        let (from, to) = (node(), node());
        graph.add_edge(from, to, HashSet::random(source, 1));
    }
    let features = Rc::<BTreeMap<_, _>>::random(source, 1);
    let summaries = packages.iter().enumerate().map(|(index, id)| {
        let features = if bool::random(source, 0) { features.clone() } else { Rc::random(source, 1) };
        let summary = Summary {
            id: id.clone(),
            dependencies: Vec::random(source, 1),
            features,
            checksum: Option::random(source, 1),
            links: Option::random(source, 1),
        };
        (index as u32, Rc::new(summary))
    });
    Resolve {
        summaries: summaries.collect(),
        graph,
        replacements: (0..length(source, 1)).map(|index| (index as u32, any(source))).collect(),
        features: HashMap::random(source, 1),
        checksums: HashMap::random(source, 1),
        metadata: BTreeMap::random(source, 1),
        unused_patches: (0..length(source, 1)).map(|_| any(source)).collect(),
    }
}

#[test]
fn a_package_manager_is_exact() {
    assert_states_exact(resolve);
}

/// Includes the addresses of the packages.
#[derive(DeepSize)]
struct Lock {
    resolve: Resolve,
    sources: BTreeMap<u32, Arc<Url>>,
}

#[test]
fn a_package_manager_with_urls_is_a_lower_bound() {
    for_random_states(|source| {
        let build = || Lock {
            sources: (0..length(source, 1))
                .map(|index| {
                    let mut url = Url::parse("https://a.example/index").unwrap();
                    url.set_query(Some(&String::random(source, 1)));
                    (index as u32, Arc::new(url))
                })
                .collect(),
            resolve: resolve(source),
        };
        // Growth doubles the capacity of a text at most.
        let hidden = |lock: &Lock| lock.sources.values().map(|url| url.as_str().len().max(64)).sum();
        assert_at_least(&[Reason::Capacity], build, hidden);
    });
}
