//! Two versions of a program: renamed, changed and new fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use deep_size::{DeepSize, inspect};

use crate::{changes, checked, list};

mod before {
    use deep_size::DeepSize;

    #[derive(DeepSize)]
    pub(super) struct Site {
        pub(super) title: String,
        pub(super) pages: Vec<Page>,
    }

    #[derive(DeepSize)]
    pub(super) struct Page {
        pub(super) text: String,
        pub(super) hits: u32,
    }

    pub(super) fn site() -> Site {
        let page = |length| Page { text: "x".repeat(length), hits: 0 };
        Site { title: "a title".into(), pages: vec![page(100), page(200)] }
    }
}

/// The changes below the root, without module paths, which differ in each test.
#[track_caller]
fn since_then(later: &impl DeepSize) -> Vec<String> {
    let mut lines = changes(&before::site(), later);
    let short = |line: &String| match line.split_once(" was diff::") {
        Some((start, end)) => format!("{start} was {}", end.rsplit("::").next().unwrap_or(end)),
        None => line.clone(),
    };
    lines.retain(|line| !line.contains(" . was "));
    lines.iter().map(short).collect()
}

#[test]
fn a_renamed_field_matches_by_type() {
    #[derive(DeepSize)]
    struct Site {
        heading: String,
        pages: Vec<before::Page>,
    }
    let before::Site { title, pages } = before::site();
    assert_eq!(since_then(&Site { heading: title, pages }), ["Renamed +0 +0 heading was title"]);
}

#[test]
fn the_parts_of_a_renamed_field_match() {
    #[derive(DeepSize)]
    struct Site {
        title: String,
        contents: Vec<before::Page>,
    }
    let before::Site { title, mut pages } = before::site();
    pages[0].text += "xxx";
    pages[0].text.shrink_to_fit();
    assert_eq!(
        since_then(&Site { title, contents: pages }),
        ["Grown +3 +0 contents[].text", "Renamed +0 +0 contents was pages"]
    );
}

#[test]
fn moved_and_renamed_types_match() {
    #[derive(DeepSize)]
    struct Leaf {
        text: String,
        hits: u32,
    }
    #[derive(DeepSize)]
    struct Page {
        text: String,
        hits: u32,
    }
    #[derive(DeepSize)]
    struct Site<P> {
        title: String,
        pages: Vec<P>,
    }
    let before::Site { title, pages } = before::site();
    let leaves = pages.into_iter().map(|before::Page { text, hits }| Leaf { text, hits }).collect();
    let lines = since_then(&Site { title, pages: leaves });
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("Changed +0 +0 pages was "));
    assert!(lines[1].starts_with("Changed +0 +0 pages[] was "));

    let before::Site { title, pages } = before::site();
    let pages = pages.into_iter().map(|before::Page { text, hits }| Page { text, hits }).collect();
    let diff = checked(&inspect(&before::site()), &inspect(&Site { title, pages }));
    assert_eq!(diff.deep_size_change(), 0);
    let page =
        diff.types().iter().find(|change| change.type_name().ends_with("::Page")).expect("it has moved");
    assert_eq!(
        (page.kind(), page.size_change(), page.count_change()),
        (deep_size::diff::ChangeKind::Renamed, 0, 0)
    );
}

#[test]
fn a_new_field_does_not_affect_its_siblings() {
    #[derive(DeepSize)]
    struct Site {
        subtitle: String,
        title: String,
        pages: Vec<before::Page>,
        cache: Vec<before::Page>,
    }
    let before::Site { title, pages } = before::site();
    let cache = before::site().pages;
    assert_eq!(
        since_then(&Site { subtitle: String::new(), title, pages, cache }),
        [
            "Added +348 +2 cache[].text",
            "Added +24 +1 subtitle",
            "Added +24 +1 cache",
            "Added +8 +2 cache[]",
            "Added +8 +2 cache[].hits",
        ]
    );
}

#[test]
fn a_field_with_a_changed_type_matches_by_name() {
    #[derive(DeepSize)]
    struct Site {
        title: Option<Arc<str>>,
        pages: Box<[before::Page]>,
    }
    let before::Site { title, pages } = before::site();
    let lines = since_then(&Site { title: Some(title.into()), pages: pages.into() });
    assert_eq!(
        lines,
        [
            "Grown +9 +0 title was alloc::string::String",
            "Shrunk -8 +0 pages was alloc::vec::Vec<diff::changed_types::before::Page>",
        ]
    );
}

#[test]
fn a_renamed_field_is_not_confused_with_a_new_one_of_its_type() {
    #[derive(DeepSize)]
    struct Site {
        note: String,
        heading: String,
        pages: Vec<before::Page>,
    }
    let before::Site { title, pages } = before::site();
    // Its size is the old one, so this field was renamed.
    assert_eq!(
        since_then(&Site { note: "a note that is new".into(), heading: title, pages }),
        ["Added +42 +1 note", "Renamed +0 +0 heading was title"]
    );
    let before::Site { pages, .. } = before::site();
    let lines = since_then(&Site { note: "one".into(), heading: "or the other".into(), pages });
    assert_eq!(lines, ["Added +36 +1 heading", "Removed -31 -1 title", "Added +27 +1 note"]);
}

#[test]
fn tuple_fields_match_after_an_insertion() {
    assert_eq!(
        changes(&(1_u32, String::from("text")), &(1_u32, 7_u64, String::from("text"))),
        ["Added +8 +1 1", "Changed +0 +0 . was (u32, alloc::string::String)", "Renamed +0 +0 2 was 1",]
    );
    assert_eq!(
        changes(&(1_u32, String::from("text")), &(String::from("text"), 1_u32)),
        [
            "Changed +0 +0 . was (u32, alloc::string::String)",
            "Renamed +0 +0 0 was 1",
            "Renamed +0 +0 1 was 0",
        ]
    );
    assert_eq!(
        changes(&(1_u32, 1_u32), &(1_u32, 1_u64)),
        ["Grown +4 +0 . was (u32, u32)", "Grown +4 +0 1 was u32"]
    );
}

#[test]
fn list_elements_match_map_values() {
    let texts = vec![String::from("one"), String::from("two")];
    let map: BTreeMap<u8, String> = texts.iter().cloned().zip(0..).map(|(text, at)| (at, text)).collect();
    let lines = changes(&texts, &map);
    assert!(lines.contains(&"Renamed +0 +0 values[] was []".to_owned()), "{lines:?}");
    assert!(lines.contains(&"Added +2 +2 keys[]".to_owned()), "{lines:?}");
}

#[test]
fn roots_of_different_types_match() {
    let lines = changes(&7_u8, &vec![String::from("text")]);
    assert_eq!(lines, ["Added +28 +1 []", "Grown +23 +0 . was u8"]);
    let lines = changes(&before::site(), &());
    assert!(lines.iter().all(|line| line.starts_with("Removed") || line.contains(" . was ")), "{lines:?}");
}

#[test]
fn a_wrapped_value_has_a_different_place() {
    let diff = checked(&inspect(&before::site().pages), &inspect(&before::site()));
    assert!(list(&diff).iter().any(|line| line.starts_with("Added +348 +2 pages[].text")), "{diff:#}");
}
