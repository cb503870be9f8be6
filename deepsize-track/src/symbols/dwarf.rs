//! Functions at addresses, from the symbol tables and the debug information of ELF files.
//!
//! A batch of addresses maps the files that it needs, and unmaps them at its end.
#![expect(unsafe_code, reason = "maps files into memory")]

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use addr2line::gimli::{Dwarf, DwarfPackage, EndianSlice, Error, NativeEndian};
use addr2line::{Context, LookupContinuation as _, LookupResult, SplitDwarfLoad};
use backtrace::SymbolName;
use memmap2::Mmap;
use object::{CompressionFormat, Object, ObjectSection as _, ObjectSegment as _, ObjectSymbol as _};
use typed_arena::Arena;

use super::owner::{is_main, is_path};
use super::{Function, SymbolCache};
use crate::modules::Module;

type Reader<'f> = EndianSlice<'f, NativeEndian>;

/// The folder of separately installed debug information.
const INSTALLED: &str = "/usr/lib/debug";

/// Adds the functions at return addresses of one module, which are in ascending order, and the program's `main` function.
pub(super) fn look_up(cache: &mut SymbolCache, module: &Module, addresses: &[usize]) -> Option<()> {
    let files = Files::default();
    let object = files.open(module.path()?)?;
    let separate = files.separate(&object, Path::new(&module.file));
    let debug = separate.as_ref().unwrap_or(&object);
    let offsets =
        |address: &usize| (*address as u64 - 1).wrapping_sub(module.start).wrapping_add(module.offset);
    let places: Vec<u64> = addresses.iter().map(|address| place(&object, offsets(address))).collect();

    let mut names = vec![&b""[..]; places.len()];
    let tables = debug.symbols().chain(object.symbols()).chain(object.dynamic_symbols());
    for symbol in tables.filter(|symbol| symbol.kind() == object::SymbolKind::Text && symbol.is_definition())
    {
        let (start, name) = (symbol.address(), symbol.name().unwrap_or_default());
        let first = places.partition_point(|place| *place < start);
        let covered = places[first..].iter().take_while(|place| **place - start < symbol.size());
        let last = first + covered.count();
        names[first..last]
            .iter_mut()
            .filter(|known| known.is_empty())
            .for_each(|known| *known = name.as_bytes());
        // Few names pass the first test, and others need not be demangled.
        if module.is_program && name.contains("4main") {
            let name = SymbolName::new(name.as_bytes()).to_string();
            let name = is_main(&name).then(|| cache.intern(&name));
            cache.mains.extend(name.filter(|name| !cache.mains.contains(name)));
        }
    }

    let context = files.context(debug);
    let package = files.package(Path::new(&module.file));
    let mut all = Vec::new();
    for ((&address, &place), name) in addresses.iter().zip(&places).zip(names) {
        let mut functions = Vec::new();
        let mut frames = context.as_ref().and_then(|context| {
            let mut frames = context.find_frames(place);
            loop {
                match frames {
                    LookupResult::Output(frames) => return frames.ok(),
                    LookupResult::Load { load, continuation } => {
                        frames = continuation.resume(files.split(package.as_ref(), load));
                    }
                }
            }
        });
        while let Some(Ok(Some(frame))) = frames.as_mut().map(|frames| frames.next()) {
            let location = frame.location.as_ref();
            functions.push(Function {
                name: frame.function.map(|function| function.name.slice()).unwrap_or_default(),
                file: location.and_then(|location| location.file).unwrap_or_default(),
                line: location.and_then(|location| location.line).unwrap_or(0),
            });
        }
        // The outermost one is not inlined. Line tables alone have only the last part of its path.
        match functions.last_mut() {
            Some(outermost) if outermost.name.is_empty() || is_path(name) && !is_path(outermost.name) => {
                outermost.name = name;
            }
            Some(_) => {}
            None => functions.push(Function { name, file: "", line: 0 }),
        }
        // It shows the crate of its file, for inlined functions too.
        let _ = functions.last().map(|outermost| cache.symbol(outermost));
        all.push((address, place, functions));
    }
    for (address, place, functions) in all {
        cache.add(address, &functions);
        let name = Path::new(&module.file).file_name().unwrap_or_default().to_string_lossy();
        cache.add_unknown(address, &format!("{name}+{:#x}", place + 1));
    }
    Some(())
}

/// The build id of a file, in hexadecimal digits.
#[cfg(any(feature = "json", feature = "pprof"))]
pub(crate) fn build_id(path: &Path) -> Option<String> {
    Some(hexadecimal(Files::default().open(path)?.build_id().ok()??))
}

/// The address that a file gives to the code at an offset.
fn place(object: &object::File<'_>, offset: u64) -> u64 {
    let segment = object.segments().find_map(|segment| {
        let (start, size) = segment.file_range();
        let within = offset.checked_sub(start).filter(|within| *within < size)?;
        Some(segment.address().wrapping_add(within))
    });
    segment.unwrap_or(offset)
}

/// Mapped files, and their sections that were compressed.
#[derive(Default)]
struct Files {
    mapped: Arena<Mmap>,
    unpacked: Arena<Vec<u8>>,
}

impl Files {
    fn open(&self, path: &Path) -> Option<object::File<'_>> {
        // SAFETY: like a debugger, this expects that no one shortens the file meanwhile.
        let mapped = unsafe { Mmap::map(&File::open(path).ok()?) }.ok()?;
        object::File::parse(&**self.mapped.alloc(mapped)).ok()
    }

    /// The first of some files that can be read.
    fn first(&self, paths: impl IntoIterator<Item = PathBuf>) -> Option<object::File<'_>> {
        paths.into_iter().find_map(|path| self.open(&path))
    }

    /// The file with the debug information of another one: by its build id, or by the name in it.
    fn separate(&self, object: &object::File<'_>, path: &Path) -> Option<object::File<'_>> {
        let by_id = object.build_id().ok().flatten().and_then(installed);
        let link = object.gnu_debuglink().ok().flatten().zip(path.parent());
        let by_name = link.into_iter().flat_map(|((name, _), folder)| {
            let inside = Path::new(INSTALLED).join(folder.strip_prefix("/").unwrap_or(folder));
            [folder.to_owned(), folder.join(".debug"), inside]
                .map(|folder| folder.join(OsStr::from_bytes(name)))
        });
        self.first(by_id.into_iter().chain(by_name.filter(|other| other != path)))
    }

    fn context<'f>(&'f self, object: &object::File<'f>) -> Option<Context<Reader<'f>>> {
        let mut dwarf = Dwarf::load(|id| self.section(object, Some(id.name()))).ok()?;
        if let Ok(Some((name, id))) = object.gnu_debugaltlink() {
            let shared =
                self.first([PathBuf::from(OsStr::from_bytes(name))].into_iter().chain(installed(id)));
            if let Some(shared) = shared {
                dwarf.load_sup(|id| self.section(&shared, Some(id.name()))).ok()?;
            }
        }
        Context::from_dwarf(dwarf).ok()
    }

    /// The package of split debug information beside a program.
    fn package(&self, path: &Path) -> Option<DwarfPackage<Reader<'_>>> {
        let mut path = path.as_os_str().to_owned();
        path.push(".dwp");
        let object = self.open(Path::new(&path))?;
        DwarfPackage::load(|id| self.section(&object, id.dwo_name()), EndianSlice::new(&[], NativeEndian))
            .ok()
    }

    /// The split debug information of a unit.
    fn split<'f>(
        &'f self,
        package: Option<&DwarfPackage<Reader<'f>>>,
        load: SplitDwarfLoad<Reader<'f>>,
    ) -> Option<Arc<Dwarf<Reader<'f>>>> {
        if let Some(unit) =
            package.and_then(|package| package.find_cu(load.dwo_id, &load.parent).ok().flatten())
        {
            return Some(Arc::new(unit));
        }
        let folder = load.comp_dir.map_or(&[][..], |folder| folder.slice());
        let object =
            self.open(&Path::new(OsStr::from_bytes(folder)).join(OsStr::from_bytes(load.path?.slice())))?;
        let mut unit = Dwarf::load(|id| self.section(&object, id.dwo_name())).ok()?;
        unit.make_dwo(&load.parent);
        Some(Arc::new(unit))
    }

    fn section<'f>(&'f self, object: &object::File<'f>, name: Option<&str>) -> Result<Reader<'f>, Error> {
        let section = name.and_then(|name| object.section_by_name(name)?.compressed_data().ok());
        let bytes = section.and_then(|section| match section.format {
            CompressionFormat::None => Some(section.data),
            CompressionFormat::Zlib => {
                let size = usize::try_from(section.uncompressed_size).ok()?;
                let unpacked =
                    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(section.data, size).ok()?;
                Some(&**self.unpacked.alloc(unpacked))
            }
            _ => None,
        });
        Ok(EndianSlice::new(bytes.unwrap_or_default(), NativeEndian))
    }
}

/// The path of installed debug information with a build id.
fn installed(id: &[u8]) -> Option<PathBuf> {
    let (first, rest) = id.split_first()?;
    Some(format!("{INSTALLED}/.build-id/{first:02x}/{}.debug", hexadecimal(rest)).into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
