//! The exact text of printed reports.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use deep_size::{DeepSize, Inspector, inspect};

#[derive(DeepSize)]
struct Catalogue {
    books: Vec<Book>,
    by_title: BTreeMap<Rc<str>, Rc<str>>,
    newest: Option<Rc<str>>,
    lent: u32,
}

#[derive(DeepSize)]
struct Book {
    title: Rc<str>,
    notes: Vec<String>,
    kind: Kind,
}

#[derive(DeepSize)]
enum Kind {
    Paper,
    Electronic(String),
}

fn catalogue() -> Catalogue {
    let titles: Vec<Rc<str>> = (0..20).map(|number| format!("Volume {number}").into()).collect();
    let book = |title: &Rc<str>| Book {
        title: title.clone(),
        notes: Vec::with_capacity(4),
        kind: if title.ends_with('0') { Kind::Electronic("epub".repeat(25)) } else { Kind::Paper },
    };
    let by_title = titles.iter().take(3).map(|title| (title.clone(), "a shelf".into())).collect();
    Catalogue { books: titles.iter().map(book).collect(), by_title, newest: titles.last().cloned(), lent: 3 }
}

#[track_caller]
fn assert_reads(text: &str, expected: &str) {
    let expected = expected.trim_start_matches('\n');
    assert!(text == expected, "it reads:\n{text}\nand not:\n{expected}");
}

#[test]
fn largest_nodes_come_first_and_small_ones_are_summed_up() {
    assert_reads(
        &inspect(&catalogue()).to_string(),
        "
Catalogue: 4.4 KiB (72 B + 4.3 KiB on the heap in 47 allocations)
spare 2.1 KiB (48.7 %), behind shared handles 632 B (14.1 %)
unused by variants 288 B (6.4 %)

     bytes      %       count
   4.4 KiB  100.0           1  Catalogue
   3.9 KiB   89.1           1  ├─ books: Vec<Book>
   3.9 KiB   88.6          20  │  └─ []: Book
   2.3 KiB   53.7          20  │     ├─ notes: Vec<String>  (1.9 KiB spare)
     880 B   19.7          20  │     ├─ title: Rc<str>
     680 B   15.2          20  │     └─ kind: Kind
     432 B    9.7          18  │        ├─ ::Paper  (288 B unused)
     248 B    5.5           2  │        └─ ::Electronic.0: String
     464 B   10.4           1  ├─ by_title: BTreeMap<Rc<str>, Rc<str>>  (256 B spare)
     120 B    2.7           3  │  ├─ values[]: Rc<str>
      48 B    1.1           3  │  └─ keys[]: Rc<str>  (3 shared with books[].title)
      20 B    0.4              └─ … 2 more

advice, by bytes saved
     1.9 KiB   42.9  Book::notes: call `shrink_to_fit` (20)
  … more: the sum of nodes that are not listed
",
    );
}

#[test]
fn levels_beyond_max_depth_are_summed_up() {
    assert_reads(
        &Inspector::new().max_depth(1).min_share(0.0).inspect(&catalogue()).to_string(),
        "
Catalogue: 4.4 KiB (72 B + 4.3 KiB on the heap in 47 allocations)
spare 2.1 KiB (48.7 %), behind shared handles 632 B (14.1 %)
padding 4 B (0.1 %), unused by variants 288 B (6.4 %)

     bytes      %       count
   4.4 KiB  100.0           1  Catalogue  (4 B padding)
   3.9 KiB   89.1           1  ├─ books: Vec<Book>
   3.9 KiB   88.6              │  └─ … 7 more
     464 B   10.4           1  ├─ by_title: BTreeMap<Rc<str>, Rc<str>>  (256 B spare)
     168 B    3.8              │  └─ … 2 more
      16 B    0.4           1  ├─ newest: Option<Rc<str>>  (1 shared with books[].title)
       4 B    0.1           1  └─ lent: u32

shared allocations, by retained size
  retained      %        own      inside   outside  type ← holders
      32 B    0.7       32 B           2         0  str ← books[].title, newest
      24 B    0.5       24 B           2         0  3 × str ← books[].title, by_title.keys[]

advice, by bytes saved
     1.9 KiB   42.9  Book::notes: call `shrink_to_fit` (20)
  … more: the sum of nodes that are not listed
",
    );
}

#[test]
fn the_alternate_form_prints_everything() {
    let value =
        (catalogue(), Vec::<u16>::with_capacity(700), [Cell::<Option<Box<u8>>>::default(), Cell::default()]);
    assert_reads(
        &format!("{:#}", Inspector::new().largest_values(3).inspect(&value)),
        "
(Catalogue, Vec<u16>, [Cell<…>; 2]): 5.8 KiB (112 B + 5.7 KiB on the heap in 48 allocations)
spare 3.5 KiB (60.5 %), behind shared handles 632 B (10.7 %)
padding 4 B (0.1 %), unused by variants 288 B (4.9 %)
a lower bound: 2 parts were not counted

     bytes      %        own      spare       count
   5.8 KiB  100.0                                 1  (Catalogue, Vec<u16>, [Cell<Option<…>>; 2])
   4.4 KiB   75.6        4 B                      1  ├─ 0: Catalogue
   3.9 KiB   67.4       24 B                      1  │  ├─ books: Vec<Book>
   3.9 KiB   67.0                                20  │  │  └─ []: Book
   2.3 KiB   40.6    2.3 KiB    1.9 KiB          20  │  │     ├─ notes: Vec<String>
     880 B   14.9      880 B                     20  │  │     ├─ title: Rc<str>
     680 B   11.5                                20  │  │     └─ kind: Kind
     432 B    7.3      432 B                     18  │  │        ├─ ::Paper
     248 B    4.2                                 2  │  │        └─ ::Electronic
     248 B    4.2      248 B                      2  │  │           └─ 0: String
     464 B    7.8      296 B      256 B           1  │  ├─ by_title: BTreeMap<Rc<str>, Rc<str>>
     120 B    2.0      120 B                      3  │  │  ├─ values[]: Rc<str>
      48 B    0.8       48 B                      3  │  │  └─ keys[]: Rc<str>
                                                  3  │  │     └─ (shared) → 0.books[].title
      16 B    0.3       16 B                      1  │  ├─ newest: Option<Rc<str>>
                                                  1  │  │  └─ (shared) → 0.books[].title
       4 B    0.1        4 B                      1  │  └─ lent: u32
   1.4 KiB   24.1    1.4 KiB    1.4 KiB           1  ├─ 1: Vec<u16>
      16 B    0.3                                 1  └─ 2: [Cell<Option<Box<u8>>>; 2]
      16 B    0.3       16 B                      2     └─ []: Cell<Option<Box<u8>>>

by type
     bytes      %    average      spare    padding     unused       count  type
   2.3 KiB   40.6    120.0 B    1.9 KiB                                20  Vec<String>
   1.4 KiB   24.1    1.4 KiB    1.4 KiB                                 1  Vec<u16>
     873 B   14.8     32.3 B                                           27  Rc<str>
     432 B    7.3     21.6 B                            288 B          20  Kind
     296 B    5.0    296.0 B      256 B                                 1  BTreeMap<Rc<…>, Rc<str>>
     248 B    4.2    124.0 B                                            2  String
     191 B    3.2      8.3 B                                           23  str
      24 B    0.4     24.0 B                                            1  Vec<Book>
      16 B    0.3      8.0 B                                            2  Cell<Option<Box<u8>>>
       4 B    0.1      4.0 B                   4 B                      1  Catalogue
       4 B    0.1      4.0 B                                            1  u32
       0 B    0.0      0.0 B                                            1  (Catalogue, Vec<…>, […])
       0 B    0.0      0.0 B                                           20  Book
       0 B    0.0      0.0 B                                            1  Option<Rc<str>>
       0 B    0.0      0.0 B                                            1  [Cell<Option<Box<…>>>; 2]

largest values, by the heap blocks they own directly
   1.4 KiB   23.7  1: Vec<u16>
   1.2 KiB   21.7  0.books: Vec<Book>
     368 B    6.2  0.by_title: BTreeMap<Rc<str>, Rc<str>>

not counted
  2[]: Cell<Option<Box<u8>>> × 2, inside a cell that safe code cannot read

shared allocations, by retained size
  retained      %        own      inside   outside  type ← holders
      32 B    0.5       32 B           2         0  str ← 0.books[].title, 0.newest
      24 B    0.4       24 B           2         0  3 × str ← 0.books[].title, 0.by_title.keys[]

advice, by bytes saved
     1.9 KiB   32.5  Book::notes: call `shrink_to_fit` (20)
     1.4 KiB   23.7  1: call `shrink_to_fit` (1)

layouts
Kind: 24 bytes, alignment 8, 20 values, the discriminant in a niche of `Electronic.0`
  offset    size  name: type
  ::Paper, 18 values, 16 bytes unused
  ::Electronic, 2 values
       0      24  0: String
Catalogue: 72 bytes, alignment 8, 1 value, 4 bytes of padding
  offset    size  name: type
       0      24  books: Vec<Book>
      24      24  by_title: BTreeMap<Rc<str>, Rc<str>>
      48      16  newest: Option<Rc<str>>
      64       4  lent: u32
      68       4  ← 4 bytes of padding
(Catalogue, Vec<u16>, [Cell<Option<Box<u8>>>; 2]): 112 bytes, alignment 8, 1 value
  offset    size  name: type
       0      72  0: Catalogue
      72      24  1: Vec<u16>
      96      16  2: [Cell<Option<Box<u8>>>; 2]
Book: 64 bytes, alignment 8, 20 values
  offset    size  name: type
       0      24  notes: Vec<String>
      24      24  kind: Kind
      48      16  title: Rc<str>
Option<Rc<str>>: 16 bytes, alignment 8, 1 value, the discriminant in a niche of `Some.0`
  offset    size  name: type
  ::None, not seen
  ::Some, 1 value
       0      16  0: Rc<str>
  (shared) →: counted at that path;  …: cut to fit
",
    );
}

/// Pairs of handles on texts, each text at its own path, so that no two lines are equal.
#[derive(DeepSize)]
struct Pairs {
    texts: BTreeMap<u16, Box<Pair>>,
}

#[derive(DeepSize)]
struct Pair(Rc<str>, Rc<str>);

fn pairs(count: u16) -> Pairs {
    let pair = |number: u16| {
        let text: Rc<str> = "x".repeat(number.into()).into();
        Box::new(Pair(text.clone(), text))
    };
    Pairs { texts: (0..count).map(|number| (number, pair(8 * number))).collect() }
}

const SHARED: &str = "shared allocations, by retained size";

/// The note in the heading of a table, and the number of rows. Rows begin with a number, below the names of the columns.
fn table_of<'t>(text: &'t str, heading: &str) -> (&'t str, usize) {
    let (_, section) = text.split_once(&format!("\n{heading}")).expect("the section exists");
    let (note, rows) = section.split_once('\n').expect("the table has rows");
    let is_row = |line: &&str| line.trim_start().starts_with(|first: char| first.is_ascii_digit());
    (note, rows.lines().skip(1).take_while(is_row).count())
}

#[test]
fn shared_allocations_are_capped_like_the_largest_values() {
    let value = pairs(40);
    let report = Inspector::new().largest_values(12).inspect(&value);
    assert_eq!(report.shared_allocations().len(), 40);
    let text = format!("{report:#}");
    assert_eq!(table_of(&text, SHARED), (" (12 of 40)", 12), "{text}");
    // At least as many as without `#`.
    let text = format!("{:#}", Inspector::new().largest_values(0).inspect(&value));
    assert_eq!(table_of(&text, SHARED), (" (5 of 40)", 5), "{text}");
    // All of them if there are few.
    let text = format!("{:#}", inspect(&pairs(10)));
    assert_eq!(table_of(&text, SHARED), ("", 10), "{text}");
}

#[test]
fn the_heading_of_a_table_counts_rows_that_are_left_out() {
    let text = inspect(&pairs(5)).to_string();
    assert_eq!(table_of(&text, SHARED), ("", 5), "{text}");
    let text = inspect(&pairs(7)).to_string();
    assert_eq!(table_of(&text, SHARED), (" (5 of 7)", 5), "{text}");
    // One allocation that is too small.
    let mut value = pairs(1);
    let large: Rc<str> = "x".repeat(10_000).into();
    value.texts.insert(9, Box::new(Pair(large.clone(), large)));
    let text = inspect(&value).to_string();
    assert_eq!(table_of(&text, SHARED), (" (1 of 2)", 1), "{text}");
}

#[test]
fn nodes_with_one_large_part_share_its_line() {
    #[derive(DeepSize, Default)]
    struct Document {
        raw: Raw,
        empty: (),
    }
    #[derive(DeepSize, Default)]
    struct Raw(Value);
    #[derive(DeepSize)]
    enum Value {
        Explicit(Explicit),
    }
    impl Default for Value {
        fn default() -> Self {
            Self::Explicit(Explicit { name: String::new(), count: 0, state: Vec::new() })
        }
    }
    #[derive(DeepSize)]
    struct Explicit {
        name: String,
        count: u8,
        state: Vec<()>,
    }
    let mut document = Document::default();
    let Value::Explicit(explicit) = &mut document.raw.0;
    explicit.name = "x".repeat(10_000);
    let report =
        |report: deep_size::Report| report.to_string().lines().skip(3).collect::<Vec<_>>().join("\n");
    assert_reads(
        &report(inspect(&document)),
        "
   9.8 KiB  100.0           1  Document
   9.8 KiB  100.0           1  └─ raw.0::Explicit.0.name: String
  `{:#}` lists smaller nodes, too",
    );
    // A part with its own line ends the chain.
    assert_reads(
        &report(Inspector::new().min_share(0.0).inspect(&document)),
        "
     bytes      %       count
   9.8 KiB  100.0           1  Document
   9.8 KiB  100.0           1  └─ raw.0::Explicit.0: Explicit  (7 B padding)
   9.8 KiB   99.7           1     ├─ name: String
      24 B    0.2           1     ├─ state: Vec<()>
       1 B    0.0           1     └─ count: u8",
    );
    let text = format!("{:#}", inspect(&document));
    assert!(text.contains("└─ empty: ()\n"), "{text}");
}

#[test]
fn handles_to_a_block_of_the_same_path_have_a_note() {
    let text: Rc<str> = "a text".into();
    let report = inspect(&vec![text; 4]).to_string();
    assert!(report.contains("[]: Rc<str>  (3 to blocks already counted)\n"), "{report}");
}

#[test]
fn an_opaque_value_is_called_the_value_itself() {
    let report = inspect(&Cell::<Option<Box<u8>>>::default()).to_string();
    let line = "  the value itself: Cell<Option<Box<u8>>>, inside a cell that safe code cannot read";
    assert_eq!(report.lines().last(), Some(line), "{report}");
}

#[test]
fn marks_are_explained_only_where_they_appear() {
    #[derive(DeepSize)]
    struct List {
        text: Rc<str>,
        next: Option<Box<List>>,
    }
    let text: Rc<str> = "text".into();
    let list = |next| List { text: text.clone(), next };
    let value = list(Some(Box::new(list(Some(Box::new(list(None)))))));
    let explanations = [
        "… more: the sum of nodes that are not listed",
        "`{:#}` lists smaller nodes, too",
        "name…: recursive, values at all depths",
        "↑: recursive, counted at that path",
        "(shared) →: counted at that path",
        "… as a name: further paths, added up",
        "…: cut to fit",
    ];
    let explained = |text: &str| explanations.map(|explanation| text.matches(explanation).count());

    assert_eq!(explained(&inspect(&7_u8).to_string()), [0; 7]);
    assert_eq!(explained(&format!("{:#}", inspect(&7_u8))), [0; 7]);
    assert_eq!(explained(&inspect(&catalogue()).to_string()), [1, 0, 0, 0, 0, 0, 0]);
    let text = format!("{:#}", inspect(&value));
    assert_eq!(explained(&text), [0, 0, 1, 1, 1, 0, 0], "{text}");
    let text = format!("{:#}", Inspector::new().max_nodes(2).inspect(&value));
    assert_eq!(explained(&text), [0, 0, 0, 0, 0, 1, 0], "{text}");
    let long = vec![[Cell::<Option<Box<[String; 20]>>>::default(), Cell::default()]];
    let text = format!("{:#}", inspect(&(long, [1_u16; 20], [(1_u32, 2_u64, [1_i128; 5])])));
    assert_eq!(explained(&text), [0, 0, 0, 0, 0, 0, 1], "{text}");
}

#[test]
fn small_values_print_few_lines() {
    assert_reads(
        &inspect(&7_u8).to_string(),
        "
u8: 1 B, nothing on the heap

     bytes      %       count
       1 B  100.0           1  u8
",
    );
    assert_reads(
        &inspect("text").to_string(),
        "
str: 4 B, nothing on the heap

     bytes      %       count
       4 B  100.0           1  str
",
    );
}

#[test]
fn lines_fit_100_columns() {
    type Nested<T> =
        BTreeMap<Option<Box<[String; 2]>>, Result<Vec<Option<T>>, std::collections::VecDeque<T>>>;
    #[derive(DeepSize, Default)]
    struct WithAVeryLongNameThatTakesALongTimeToTypeAgain<T: Default> {
        a_field_with_a_name_that_is_even_longer_than_that_of_the_struct_around_it_and_does_not_end: T,
    }
    type Long = WithAVeryLongNameThatTakesALongTimeToTypeAgain<
        WithAVeryLongNameThatTakesALongTimeToTypeAgain<
            WithAVeryLongNameThatTakesALongTimeToTypeAgain<Vec<Rc<String>>>,
        >,
    >;
    let mut long = Long::default();
    let shared = Rc::new(String::from("text"));
    let field =
        &mut long.a_field_with_a_name_that_is_even_longer_than_that_of_the_struct_around_it_and_does_not_end;
    let field =
        &mut field.a_field_with_a_name_that_is_even_longer_than_that_of_the_struct_around_it_and_does_not_end;
    field.a_field_with_a_name_that_is_even_longer_than_that_of_the_struct_around_it_and_does_not_end =
        vec![shared.clone(), shared.clone()];
    type Three<T> = Nested<Nested<Nested<T>>>;
    fn nested<T>(value: T) -> Nested<T> {
        BTreeMap::from([(None, Ok(vec![Some(value)]))])
    }
    let three = nested(nested(nested(Cell::default())));
    let nested: Three<Three<Cell<String>>> = nested(nested(nested(three)));
    let value = (long, nested, shared);
    for text in [format!("{}", inspect(&value)), format!("{:#}", inspect(&value))] {
        let longest = text.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{longest:?}:\n{text}");
        assert!(text.lines().all(|line| line.trim_end() == line), "no blanks at the ends of lines");
    }
}

#[test]
fn the_first_line_says_that_a_reference_was_measured() {
    let text = String::from("a text");
    let first_line =
        |report: deep_size::Report| report.to_string().lines().next().unwrap_or_default().to_owned();
    let note = "a reference; dereference it to measure its target";
    let word = size_of::<usize>();
    assert_eq!(first_line(inspect(&&text)), format!("&String: {word} B, {note}"));
    assert_eq!(first_line(inspect(&&*text)), format!("&str: {} B, {note}", 2 * word));
    let long = inspect(&&std::collections::HashMap::<String, Vec<Option<Box<[String]>>>>::new());
    assert!(first_line(long).chars().count() <= 100);

    #[derive(DeepSize)]
    struct Reference<'a>(&'a str);
    let reference = Reference(&text);
    let line = first_line(inspect(&reference));
    assert!(line.starts_with("Reference") && line.ends_with(" B, nothing on the heap"), "{line}");
    assert_eq!(reference.0, text);
    assert!(first_line(inspect(&text)).starts_with("String: "));
}
