//! The origin of a function: the program, or code that allocates on behalf of others.
//!
//! A full name is the most reliable evidence. If debug information contains only the last part of a name, the file decides.
//! Without debug information, names are full, and there are no inlined functions.

use std::borrow::Cow;

use super::paths;

/// The part of a program that a function belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(crate) enum Origin {
    /// The program, or a crate that it uses.
    Program,
    /// The standard library, or one of its dependencies.
    Std,
    /// Code that starts and ends programs and threads.
    Start,
    /// An allocator, or the tracker.
    Allocator,
    /// In place of missing frames.
    Truncated,
    Unknown,
}

/// The crate that defines a function, by its name in code.
#[derive(Debug)]
pub(super) struct Owner<'n> {
    pub(super) kind: Origin,
    pub(super) package: Cow<'n, str>,
    /// Whether the function's name contains the crate.
    pub(super) is_certain: bool,
    /// Whether its source belongs to the program, and was not downloaded.
    pub(super) is_own: bool,
}

/// Crates of the standard library. Cargo reserves these names.
const STD: [&str; 5] = ["core", "alloc", "std", "proc_macro", "test"];

/// The modules of these crates that have functions.
const STD_MODULES: &str = "alloc any array ascii async_iter backtrace borrow boxed cell char clone cmp collections convert \
    default env error ffi fmt fs future hash hint intrinsics io iter marker mem net num ops option os panic panicking path pin \
    process ptr range raw_vec rc result rt slice str string sync sys sys_common task thread time vec wtf8";

/// Crates of allocators. `__rustc` holds the compiler's shims between `alloc` and the global allocator.
const ALLOCATORS: [&str; 13] = [
    "__rustc",
    "allocator_api2",
    "backtrace",
    "deep_size_track",
    "jemalloc_sys",
    "jemallocator",
    "libmimalloc_sys",
    "mimalloc",
    "rpmalloc",
    "snmalloc_rs",
    "tcmalloc",
    "tikv_jemalloc_sys",
    "tikv_jemallocator",
];

/// An impl of these traits is an allocator, in any crate.
const ALLOCATES: [&str; 2] = [" as core::alloc::global::GlobalAlloc>::", " as core::alloc::Allocator>::"];

/// Start functions of C libraries, and start functions that the compiler generates without a path.
const STARTS: [&str; 19] = [
    "BaseThreadInitThunk",
    "RtlUserThreadStart",
    "__clone",
    "__clone3",
    "__libc_start_call_main",
    "__libc_start_main",
    "__libc_start_main_impl",
    "__rust_try",
    "__scrt_common_main_seh",
    "_pthread_start",
    "_start",
    "call_init",
    "clone",
    "clone3",
    "invoke_main",
    "mainCRTStartup",
    "start",
    "start_thread",
    "thread_start",
];

/// The owner of a function, by its mangled name, its demangled name and its file. `mains` are the mangled names of the program's
/// `main` functions.
pub(super) fn of<'n>(mangled: &'n str, function: &'n str, file: &'n str, mains: &[&str]) -> Owner<'n> {
    let file = paths::slashed(file);
    let named = match in_mangled(mangled) {
        Some(MangledOrigin::Crate { name, .. }) => Some(name),
        Some(MangledOrigin::Trait) => in_name(function, true),
        None => in_name(function, false),
    };
    let is_certain = named.is_some();
    let package = match named {
        Some(package) => Cow::Borrowed(package),
        None => in_path(&file).into(),
    };
    let is_in_std = paths::in_std(&file).is_some();
    // The program may have the name of another crate. Then the file decides or, without one, the module.
    let is_program = is_certain
        && !is_in_std
        && paths::in_registry(&file).is_none()
        && mains.iter().any(|main| is_in_crate_of(main, mangled, &package))
        && !(file.is_empty() && is_std_path(mangled, function, &package));
    // A folder of the program may have the name of a crate.
    let is_allocator = (is_certain || paths::in_registry(&file).is_some()) && ALLOCATORS.contains(&&*package);
    // Some distributions build the standard library in another folder.
    let is_std_file = || file.is_empty() || file.contains(&format!("/library/{package}/src/"));
    let is_std = is_certain && STD.contains(&&*package) && is_std_file();
    let is_start = || STARTS.binary_search(&function).is_ok() || (function == "main" && file.is_empty());
    let kind = if (is_allocator && !is_program)
        || is_tracker_file(&file)
        || function.starts_with("__rust_alloc")
        || function.starts_with("__rust_realloc")
        || ALLOCATES.iter().any(|name| function.contains(name))
    {
        Origin::Allocator
    } else if is_in_std || ((is_std || (package == "hashbrown" && file.is_empty())) && !is_program) {
        // Maps of `std` use hashbrown. Only the file distinguishes it from a hashbrown that the program depends on.
        Origin::Std
    } else if !is_certain && is_start() {
        Origin::Start
    } else {
        Origin::Program
    };
    let is_own =
        kind == Origin::Program && if file.is_empty() { is_program } else { !paths::is_downloaded(&file) };
    Owner { kind, package, is_certain, is_own }
}

/// Whether a name is a mangled path, and not only its last part.
#[cfg(target_os = "linux")]
pub(super) fn is_path(name: &[u8]) -> bool {
    name.starts_with(b"_R") || name.starts_with(b"_ZN")
}

/// Whether a mangled name is `main` of a crate.
#[cfg(any(test, target_os = "linux"))]
pub(super) fn is_main(mangled: &str) -> bool {
    legacy_crate(mangled).is_some_and(|(_, rest)| rest.starts_with("4main17h"))
        || (mangled.starts_with("_RNvC") && mangled.ends_with("4main"))
}

/// The crate in a legacy name of a function outside of impls, and the rest of the name.
fn legacy_crate(mangled: &str) -> Option<(&str, &str)> {
    let path = mangled.strip_prefix("_ZN")?;
    let digits = path.len() - path.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    path[digits..].split_at_checked(path[..digits].parse().ok()?)
}

/// Whether a function may belong to the crate of a `main` function. In the legacy scheme, other crates with the same name look alike.
fn is_in_crate_of(main: &str, mangled: &str, package: &str) -> bool {
    match (in_mangled(main), in_mangled(mangled)) {
        (Some(MangledOrigin::Crate { root, .. }), Some(MangledOrigin::Crate { root: other, .. })) => {
            root == other
        }
        (None, None) => legacy_crate(main).is_some_and(|(name, _)| name == package),
        _ => false,
    }
}

/// Whether a legacy name is a path in the standard library, by its first module.
fn is_std_path(mangled: &str, function: &str, package: &str) -> bool {
    let module = || {
        let (_, rest) = function.split_once(&format!("{package}::"))?;
        rest.split_once("::").map(|(module, _)| module)
    };
    in_mangled(mangled).is_none()
        && STD.contains(&package)
        && module().is_some_and(|module| STD_MODULES.split(' ').any(|known| known == module))
}

/// Whether a file belongs to the tracker.
fn is_tracker_file(file: &str) -> bool {
    let own = file!();
    let (own, _) = own.split_at(own.len() - "symbols/owner.rs".len());
    let own = paths::slashed(own);
    match file.find(&*own) {
        Some(0) => true,
        Some(at) => !own.starts_with('/') && file[..at].ends_with('/'),
        None => false,
    }
}

/// The crate in a mangled name.
enum MangledOrigin<'n> {
    /// The root distinguishes crates with the same name.
    Crate { root: &'n str, name: &'n str },
    /// The crate of the trait that provides the function.
    Trait,
}

/// The crate in a name of the [v0 mangling scheme](https://doc.rust-lang.org/rustc/symbol-mangling/v0.html).
///
/// It is the crate that contains the function's code, even if the trait or the type belongs to another crate.
fn in_mangled(mangled: &str) -> Option<MangledOrigin<'_>> {
    let start = mangled.find("_R").filter(|&at| at <= 1)? + 2;
    let path = mangled.get(start..).filter(|path| path.is_ascii())?;
    let mut at = 0;
    // Each turn goes inwards or follows a back reference. A well-formed name needs few turns.
    for _ in 0..256 {
        let rest = path.get(at..)?;
        at = match *rest.as_bytes().first()? {
            b'C' => {
                let root = rest;
                let name = path.get(after_number(path, at + 1, b's')?..)?.trim_start_matches('u');
                let digits = name.len() - name.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
                let length: usize = name[..digits].parse().ok()?;
                // An underscore separates the length from a name that begins with a digit or an underscore.
                let name = &name[digits..];
                let name = name.strip_prefix('_').unwrap_or(name).get(..length)?;
                let root = root.get(..name.as_ptr().addr() + length - root.as_ptr().addr())?;
                return Some(MangledOrigin::Crate { root, name });
            }
            b'N' => at + 2,
            b'I' => at + 1,
            b'M' | b'X' => after_number(path, at + 1, b's')?,
            b'B' => {
                let digits = rest[1..].split_once('_')?.0;
                let back = base_62(digits)?;
                if back >= at {
                    return None;
                }
                back
            }
            b'Y' => return Some(MangledOrigin::Trait),
            _ => return None,
        };
    }
    None
}

/// The position after an optional base-62 number with this tag.
fn after_number(path: &str, at: usize, tag: u8) -> Option<usize> {
    let rest = path.get(at..)?;
    if rest.as_bytes().first() == Some(&tag) { Some(at + rest.find('_')? + 1) } else { Some(at) }
}

fn base_62(digits: &str) -> Option<usize> {
    if digits.is_empty() {
        return Some(0);
    }
    let mut number = 0_usize;
    for digit in digits.bytes() {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            b'A'..=b'Z' => digit - b'A' + 36,
            _ => return None,
        };
        number = number.checked_mul(62)?.checked_add(digit.into())?;
    }
    number.checked_add(1)
}

/// The crate in a full name.
///
/// `<Type as Trait>::method` is defined in the crate of the type or of the trait. If one of the two is outside the standard
/// library, it is that crate. A provided method is defined in the crate of the trait.
fn in_name(function: &str, is_provided: bool) -> Option<&str> {
    let Some(inner) = function.strip_prefix('<') else { return first(function) };
    // Finds the end of the first brackets, and the start of the trait.
    let (mut depth, mut before, mut from) = (1_usize, ' ', None);
    let mut end = None;
    for (at, here) in inner.char_indices() {
        match here {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            ' ' if depth == 1 && from.is_none() && inner[at..].starts_with(" as ") => from = Some(at),
            _ => {}
        }
        if depth == 0 {
            end = Some(at);
            break;
        }
        before = here;
    }
    let inner = &inner[..end?];
    let Some(from) = from else {
        // Only the standard library has methods on primitive types like `[T]`.
        return Some(first_in_type(inner).unwrap_or("core"));
    };
    if is_provided && !inner[from + 4..].starts_with("core::ops::function::Fn") {
        return first_in_type(&inner[from + 4..]);
    }
    // A shim that calls a closure through a pointer may have inlined the closure.
    let found = [first_in_type(&inner[..from]), first_in_type(&inner[from + 4..])];
    let foreign = found.into_iter().flatten().find(|package| !STD.contains(package));
    // `STD` is in dependency order, so the code is in the last crate that occurs.
    let last = || STD.into_iter().rfind(|package| found.contains(&Some(package)));
    foreign.or_else(last).or(Some("core"))
}

/// The crate of a type: the first part of its first path.
fn first_in_type(name: &str) -> Option<&str> {
    let name = name.trim_start_matches(['&', '*', '[', '(', '<', ' ']);
    let words = ["mut ", "const ", "dyn "];
    match words.iter().find_map(|word| name.strip_prefix(word)) {
        Some(rest) => {
            first(rest.trim_start_matches(['&', '*', '[', '(', '<', ' ']).trim_start_matches("dyn "))
        }
        None => first(name),
    }
}

/// The first part of a path with at least two.
fn first(path: &str) -> Option<&str> {
    let (first, _) = path.split_once("::")?;
    let is_name =
        |name: &str| !name.is_empty() && !name.contains(|char: char| !char.is_alphanumeric() && char != '_');
    // The full form of the v0 scheme appends a number in brackets.
    let first = first.split_once('[').map_or(first, |(first, _)| first);
    is_name(first).then_some(first)
}

/// The crate that a file probably belongs to, by its folder; empty if it is unknown.
fn in_path(file: &str) -> String {
    if let Some(rest) = paths::in_std(file).or_else(|| paths::in_registry(file)) {
        let folder = rest.split('/').next().unwrap_or_default();
        // Without its version.
        let version = folder
            .match_indices('-')
            .find(|(at, _)| folder[at + 1..].starts_with(|digit: char| digit.is_ascii_digit()));
        return version.map_or(folder, |(at, _)| &folder[..at]).replace('-', "_");
    }
    if !file.ends_with(".rs") {
        return String::new();
    }
    let parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or_default();
    let source = parts.iter().rposition(|part| *part == "src");
    // Tests, examples and benchmarks are crates named after their file or folder. Modules may have the names of these folders.
    let target = parts.iter().rposition(|part| ["tests", "examples", "benches"].contains(part));
    let target = target.filter(|&at| at + 1 < parts.len() && source.is_none_or(|source| source + 1 < at));
    let package = match (target, source) {
        (Some(target), _) => part(target + 1),
        (None, Some(source)) if part(source + 1) == "bin" => part(source + 2),
        (None, Some(source)) if source > 0 => part(source - 1),
        _ => "",
    };
    package.replace('-', "_")
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
