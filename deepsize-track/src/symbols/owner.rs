//! The origin of a function: the program, or code that allocates on behalf of others.
//!
//! A full name is the most reliable evidence. If debug information contains only the last part of a name, the file decides.
//! Without debug information, names are full, and there are no inlined functions.

use std::borrow::Cow;
use std::sync::Arc;

use super::paths;

/// The part of a program that a function belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    #[default]
    Unknown,
}

/// The crate that defines a function, by its name in code.
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
const ALLOCATORS: &str = "__rustc allocator_api2 backtrace deep_size_track jemalloc_sys jemallocator libmimalloc_sys \
    mimalloc rpmalloc snmalloc_rs tcmalloc tikv_jemalloc_sys tikv_jemallocator";

/// An impl of these traits is an allocator, in any crate.
const ALLOCATES: [&str; 2] = [" as core::alloc::global::GlobalAlloc>::", " as core::alloc::Allocator>::"];

/// Start functions of C libraries, and start functions that the compiler generates without a path.
const STARTS: &str = "BaseThreadInitThunk RtlUserThreadStart __clone __clone3 __libc_start_call_main __libc_start_main \
    __libc_start_main_impl __rust_try __scrt_common_main_seh _pthread_start _start call_init clone clone3 invoke_main \
    mainCRTStartup start start_thread thread_start";

/// The owner of a function.
///
/// `hashed` is its demangled name with hashes, and `function` the name without them. `mains` are the names of the program's `main`
/// functions, with hashes.
///
/// In the [v0 scheme](https://doc.rust-lang.org/rustc/symbol-mangling/v0.html), each crate has a hash: `zz[1234]::main`. A legacy
/// name ends with a hash of the function.
pub(super) fn of<'n>(hashed: &'n str, function: &'n str, file: &'n str, mains: &[Arc<str>]) -> Owner<'n> {
    let file = paths::slashed(file);
    let root = root_in_name(hashed);
    let named = root.map(without_hash);
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
        && mains.iter().any(|main| root_in_name(main) == root)
        && !(file.is_empty() && root == named && is_std_path(function, &package));
    // A folder of the program may have the name of a crate.
    let is_allocator = (is_certain || paths::in_registry(&file).is_some()) && lists(ALLOCATORS, &package);
    // Some distributions build the standard library in another folder.
    let is_std_file = || file.is_empty() || file.contains(&format!("/library/{package}/src/"));
    let is_std = is_certain && STD.contains(&&*package) && is_std_file();
    let is_start = || lists(STARTS, function) || (function == "main" && file.is_empty());
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
    let is_own = kind == Origin::Program
        && if file.is_empty() { is_program } else { paths::downloaded(&file).is_none() };
    Owner { kind, package, is_certain, is_own }
}

/// Whether a name is a mangled path, and not only its last part.
#[cfg(target_os = "linux")]
pub(super) fn is_path(name: &[u8]) -> bool {
    name.starts_with(b"_R") || name.starts_with(b"_ZN")
}

/// Whether a name with hashes is `main` of a crate.
#[cfg(any(test, target_os = "linux"))]
pub(super) fn is_main(function: &str) -> bool {
    let path = function.split_once("::").filter(|_| !function.starts_with('<'));
    path.is_some_and(|(_, rest)| rest == "main" || rest.starts_with("main::h"))
}

/// Whether a list of names, separated by spaces, has this name.
fn lists(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

/// Whether a legacy name is a path in the standard library, by its first module.
fn is_std_path(function: &str, package: &str) -> bool {
    let module = || {
        let (_, rest) = function.split_once(&format!("{package}::"))?;
        rest.split_once("::").map(|(module, _)| module)
    };
    STD.contains(&package) && module().is_some_and(|module| lists(STD_MODULES, module))
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

/// The crate in the path of a function, with its hash.
///
/// `<Type as Trait>::method` is defined in the crate of the type or of the trait. If one of the two is outside the standard
/// library, it is taken. So without a file, a blanket impl of the standard library counts as a part of the program.
fn root_in_name(function: &str) -> Option<&str> {
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
    let found = [first_in_type(&inner[..from]), first_in_type(&inner[from + 4..])];
    let place =
        |root: &&str| STD.iter().position(|package| *package == without_hash(root)).unwrap_or(STD.len());
    // `STD` is in dependency order, so the code is in the last crate that occurs.
    found.into_iter().rev().flatten().max_by_key(place).or(Some("core"))
}

/// The crate of a type: the first part of its first path.
fn first_in_type(mut name: &str) -> Option<&str> {
    let before = ["&", "*", "[", "(", "<", " ", "mut ", "const ", "dyn "];
    while let Some(rest) = before.iter().find_map(|text| name.strip_prefix(text)) {
        name = rest;
    }
    first(name)
}

/// The first segment of a path with several segments, including the crate's hash.
fn first(path: &str) -> Option<&str> {
    let (first, _) = path.split_once("::")?;
    let is_name =
        |name: &str| !name.is_empty() && !name.contains(|char: char| !char.is_alphanumeric() && char != '_');
    is_name(without_hash(first)).then_some(first)
}

fn without_hash(root: &str) -> &str {
    root.split_once('[').map_or(root, |(name, _)| name)
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
