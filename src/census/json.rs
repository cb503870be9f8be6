use core::time::Duration;
use std::io;
use std::string::ToString;
use std::vec::Vec;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Census;
use super::model::{Group, MeasuredRoot};
use crate::registry::path;
use crate::visible::visible;

/// A census as JSON. Sizes of items are derived from it.
#[derive(Serialize, Deserialize)]
struct Document<R, G> {
    version: u32,
    elapsed: Duration,
    roots: R,
    groups: G,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

const VERSION: u32 = 1;

impl Census {
    /// Writes the census as JSON: the names of the roots, and the bytes that each set of roots reaches.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_size::census::Census;
    /// use deep_size::registry::Registry;
    ///
    /// let registry = Registry::new();
    /// let text = Arc::new(String::from("text"));
    /// registry.register("text", &text);
    /// let census = registry.census();
    ///
    /// let mut json = Vec::new();
    /// census.write_json(&mut json)?;
    /// let again = Census::from_json(&json[..])?;
    /// assert_eq!(again.item("text").unwrap().deep_size(), 16 + 24 + 4);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn write_json(&self, out: impl io::Write) -> io::Result<()> {
        let Self { elapsed, roots, groups, .. } = self;
        let document = Document { version: VERSION, elapsed: *elapsed, roots, groups };
        serde_json::to_writer(out, &document).map_err(io::Error::from)
    }

    /// Reads a census that [`write_json`](Self::write_json) wrote.
    ///
    /// # Errors
    ///
    /// Returns the errors of `json`, and [`InvalidData`](io::ErrorKind::InvalidData) for anything but a census.
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn from_json(mut json: impl io::Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        json.read_to_end(&mut bytes)?;
        let invalid = |message: &str| Err(io::Error::new(io::ErrorKind::InvalidData, message));
        // Another version may lack the other fields.
        if parsed::<Version>(&bytes)?.version != VERSION {
            return invalid("the version of the census is unknown");
        }
        let Document { elapsed, roots, groups, .. }: Document<Vec<MeasuredRoot>, Vec<Group>> =
            parsed(&bytes)?;
        if roots.iter().any(|root| path(&root.name) != root.name) {
            return invalid("the name of a root has empty parts");
        }
        let names = roots.windows(2).all(|pair| pair[0].name.split('/').lt(pair[1].name.split('/')));
        let is_valid = |group: &Group| {
            let ascends = group.roots.windows(2).all(|pair| pair[0] < pair[1]);
            ascends && group.roots.last().is_some_and(|&last| (last as usize) < roots.len())
        };
        if !names || !groups.iter().all(is_valid) {
            return invalid("the roots of the census are not in order");
        }
        Ok(Self::new(roots, groups, elapsed))
    }
}

/// The errors of `serde_json` quote the input.
fn parsed<T: DeserializeOwned>(json: &[u8]) -> io::Result<T> {
    serde_json::from_slice(json)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, visible(&error.to_string())))
}
