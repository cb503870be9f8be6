//! A census of roots that share random blocks, on several levels.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use deep_size::registry::Registry;

/// The levels, and the number of their roots. The page shows at most 30 of a level in its matrix.
const LEVELS: [(&str, usize); 4] = [("cache/pages", 6), ("cache/images", 5), ("index", 3), ("many", 40)];

/// Writes `DIR/census.html` and `DIR/census.json`.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    // The xorshift generator of Marsaglia (2003).
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let blocks: Vec<Arc<[u8]>> = (0..60).map(|_| vec![0; 100 + random(50_000)].into()).collect();
    let registry = Registry::new();
    let mut roots: Vec<Arc<Vec<Arc<[u8]>>>> = Vec::new();
    for (level, count) in LEVELS {
        for number in 0..count {
            let own = vec![0; random(100_000)].into();
            let shared = (0..random(4)).map(|_| blocks[random(blocks.len())].clone());
            let root = Arc::new([own].into_iter().chain(shared).collect());
            registry.register(format!("{level}/root-{number:02}"), &root);
            roots.push(root);
        }
    }
    registry.register("<b>alone</b>", &Arc::clone(&roots[0]));
    let census = registry.census();
    let out = |name| File::create(folder.join(name)).map(BufWriter::new);
    let (mut page, mut json) = (out("census.html")?, out("census.json")?);
    census.write_html(&mut page)?;
    census.write_json(&mut json)?;
    page.flush()?;
    json.flush()
}
