//! Unloads a module, and loads another one with other frames at its address. Other tests would take the address.
#![cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu", target_pointer_width = "64"))]

mod compare;

use std::ffi::CString;
use std::path::PathBuf;
use std::process::Command;

use compare::compare;

type Entry = extern "C" fn(call: extern "C" fn() -> u64) -> u64;

extern "C" fn call() -> u64 {
    compare() as u64
}

/// Compiles a module whose function has a frame of this size. All sizes give code of one length.
fn compile(size: usize) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (source, module) = (folder.join(format!("frame_{size}.c")), folder.join(format!("frame_{size}.so")));
    let code = format!(
        "unsigned long entry(unsigned long (*call)(void)) {{
            volatile char wide[{size}];
            wide[0] = 1;
            return call() + wide[0];
        }}"
    );
    std::fs::write(&source, code).expect("the folder for tests is writable");
    // Rust's linker is a C compiler, too.
    let compiler = std::env::var("CC").unwrap_or("cc".into());
    let status = Command::new(compiler)
        .args(["-O1", "-fno-stack-protector", "-shared", "-fPIC", "-o"])
        .arg(&module)
        .arg(&source)
        .status();
    assert!(status.expect("a C compiler is installed").success());
    module
}

#[test]
fn rules_of_an_unloaded_module_are_forgotten() {
    let mut addresses = Vec::new();
    for module in [compile(4096), compile(65536), compile(16384)] {
        let path =
            CString::new(module.into_os_string().into_encoded_bytes()).expect("a path has no zero byte");
        #[expect(unsafe_code, reason = "loads a module")]
        // SAFETY: the module has a function of this type, and is unloaded after its only call.
        unsafe {
            let module = libc::dlopen(path.as_ptr(), libc::RTLD_NOW);
            assert!(!module.is_null());
            let entry = libc::dlsym(module, c"entry".as_ptr());
            addresses.push(entry);
            let entry: Entry = std::mem::transmute(entry);
            assert!(entry(call) > 3);
            assert_eq!(libc::dlclose(module), 0);
        }
    }
    assert!(
        addresses.iter().all(|&address| address == addresses[0]),
        "the modules have one address: {addresses:?}"
    );
}
