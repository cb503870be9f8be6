//! Censuses as pages, parsed without a browser. `tests/viewers/service.py` runs the script of one.

use std::sync::{Arc, Mutex};

use deep_size::census::{Census, Item};
use deep_size::registry::Registry;
use serde_json::Value;

const DATA: &str = "<script type=\"application/json\" id=\"data\">";

/// The page outside its data, and the data.
fn parts(census: &Census) -> (String, String) {
    let mut page = Vec::new();
    census.write_html(&mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    let (before, rest) = page.split_once(DATA).expect("there are data");
    let (data, after) = rest.split_once("</script>").expect("the data end");
    (format!("{before}{after}"), data.to_owned())
}

fn numbers(list: &Value) -> Vec<Option<usize>> {
    list.as_array().unwrap().iter().map(|number| Some(number.as_u64()? as usize)).collect()
}

/// Compares all figures of the page with the census.
pub(crate) fn check(census: &Census) {
    let (page, data) = parts(census);
    let data: Value = serde_json::from_str(&data).unwrap();
    let column = |name: &str| numbers(&data["nodes"][name]);
    let text = |table: &str, name: &str, node: usize| {
        data[table][column(name)[node].unwrap()].as_str().unwrap().to_owned()
    };
    let items: Vec<Item<'_>> = census.items().collect();
    let sizes = |size: fn(&Item<'_>) -> usize| -> Vec<_> {
        [census.deep_size()].into_iter().chain(items.iter().map(size)).map(Some).collect()
    };
    assert_eq!(column("share"), sizes(|item| item.proportional_size()));
    assert_eq!(column("exclusive"), sizes(|item| item.exclusive_size()));
    assert_eq!(column("deep"), sizes(|item| item.deep_size()));
    let last = |figure: fn((usize, std::time::Duration)) -> usize| -> Vec<_> {
        let of = |item: &Item<'_>| item.missed().and(item.last()).map(figure);
        [None].into_iter().chain(items.iter().map(of)).collect()
    };
    assert_eq!(column("last"), last(|(bytes, _)| bytes));
    assert_eq!(column("age"), last(|(_, age)| age.as_millis() as usize));

    // The paths of the nodes are the names of the items.
    let mut names = vec![String::new()];
    for (node, item) in (1..).zip(&items) {
        let parent = column("parent")[node].unwrap();
        let last = text("names", "name", node);
        let name = match last.as_str() {
            "." if item.is_root() => names[parent].clone(),
            _ if parent == 0 => last,
            _ => format!("{}/{last}", names[parent]),
        };
        assert_eq!(name, item.name());
        names.push(name);
        assert_eq!(column("root")[node], Some(usize::from(item.is_root())));
        let note = text("types", "type", node);
        match item.missed() {
            Some(reason) => assert!(note.starts_with(&format!("incomplete: {reason}")), "{note}"),
            None => assert_eq!(note == "exact", item.size().is_exact(), "{note}"),
        }
    }
    // The sum that the map shows.
    let own =
        column("share").into_iter().zip(column("root")).map(|(share, root)| share.unwrap() * root.unwrap());
    assert_eq!(own.sum::<usize>(), census.deep_size());

    let sets = data["shared"]["rows"].as_array().unwrap().iter().map(|row| {
        let roots = numbers(&row[1]).into_iter().map(|node| names[node.unwrap()].clone()).collect();
        (roots, row[0].as_u64().unwrap() as usize)
    });
    let expected: Vec<(Vec<String>, usize)> = census
        .shared()
        .map(|(roots, bytes)| (roots.iter().map(|root| root.name().to_owned()).collect(), bytes))
        .collect();
    assert_eq!(sets.collect::<Vec<_>>(), expected);
    assert_eq!(data["shared"]["all"], expected.len());

    let shared: usize = expected.iter().map(|(_, bytes)| bytes).sum();
    let totals =
        [("deep", census.deep_size()), ("exclusive", census.deep_size() - shared), ("shared", shared)];
    for (name, bytes) in totals {
        let start = format!("<div id=\"total-{name}\">");
        let total = page.split_once(&start).unwrap().1;
        assert!(total.split_once("<data value=\"").unwrap().1.starts_with(&format!("{bytes}\"")), "{name}");
    }
    let missed = census.roots().filter(|root| root.missed().is_some()).count();
    assert_eq!(page.contains(&format!("Not measured completely now: {missed} root")), missed > 0);
}

#[test]
fn pages_have_the_last_sizes_of_missed_roots() {
    let registry = Registry::new();
    check(&registry.census());
    let value = Arc::new(Mutex::new(vec![0_u8; 100]));
    let handle = Arc::new(value.clone());
    registry.register("cache", &value);
    registry.register("cache/handle", &handle);
    registry.register("other", &Arc::new(std::sync::mpsc::channel::<u8>().0));
    check(&registry.census());
    let _guard = value.lock().unwrap();
    let census = registry.census();
    assert!(census.roots().any(|root| root.missed().is_some() && root.last().is_some()));
    check(&census);
}

#[test]
fn names_are_never_markup() {
    let names = [
        "</script><script>alert(1)</script>",
        "<b>/<i>",
        "\"'&amp;&lt;",
        "{{data}}",
        "<!--",
        "a\u{202e}b\0\u{2028}",
        "",
        " ",
        "a//b",
        "\\u003c",
    ];
    let page_of = |names: &[String]| {
        let registry = Registry::new();
        let shared = Arc::new([0_u8; 40]);
        let values: Vec<_> = names.iter().map(|_| Arc::new(shared.clone())).collect();
        names.iter().zip(&values).for_each(|(name, value)| registry.register(name.clone(), value));
        let census = registry.census();
        assert_eq!(census.roots().count(), names.len());
        check(&census);
        parts(&census)
    };
    let (page, data) = page_of(&names.map(String::from));
    assert!(!data.contains(['<', '>', '&', '\0', '\u{202e}', '\u{2028}']), "{data}");
    // Outside the data, a page does not depend on the names.
    let (plain, _) = page_of(&std::array::from_fn::<_, 10, _>(|at| format!("root {at}")));
    assert_eq!(page, plain);
}
