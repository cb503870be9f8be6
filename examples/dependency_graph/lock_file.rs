//! The text of a Cargo.lock, in all four versions of its format.

use std::collections::HashMap;
use std::fmt;

use deep_size::DeepSize;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
struct LockFile {
    /// Formats 1 and 2 have no such field.
    version: Option<Spanned<u32>>,
    /// Format 1 lists one of the packages here.
    root: Option<Locked>,
    #[serde(default)]
    package: Vec<Locked>,
    /// Format 1 lists the checksums here.
    #[serde(default)]
    metadata: HashMap<String, Spanned<String>>,
}

/// A package in a lock file.
#[derive(Deserialize)]
pub(crate) struct Locked {
    pub(crate) name: Spanned<String>,
    pub(crate) version: Version,
    pub(crate) source: Option<String>,
    pub(crate) checksum: Option<Digest>,
    #[serde(default)]
    pub(crate) dependencies: Vec<Spanned<String>>,
}

#[derive(Clone, DeepSize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
pub(crate) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    suffix: String,
}

/// A SHA-256 digest.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Digest(pub(crate) [u8; 32]);

/// Reads the packages of a lock file, sorted by name, version and source. An error is one line.
pub(crate) fn parse(text: &str) -> Result<Vec<Locked>, String> {
    let mut file: LockFile = toml::from_str(text)
        .map_err(|error| error_at(text, error.span().unwrap_or_default().start, error.message()))?;
    if let Some(version) = file.version.filter(|version| !matches!(version.get_ref(), 3 | 4)) {
        return Err(error_at(text, version.span().start, "unknown version of the format, expected 3 or 4"));
    }
    let mut packages: Vec<_> = file.root.into_iter().chain(file.package).collect();
    if packages.is_empty() {
        return Err(String::from("it lists no packages"));
    }
    for package in &mut packages {
        let source = package.source.as_deref().unwrap_or_default();
        let key = format!("checksum {} {} ({source})", package.name.get_ref(), package.version);
        // `<none>` means that there is no checksum.
        if let Some(checksum) = file.metadata.remove(&key).filter(|checksum| checksum.get_ref() != "<none>") {
            let position = checksum.span().start;
            let digest = Digest::try_from(checksum.into_inner());
            package.checksum = Some(digest.map_err(|message| error_at(text, position, message))?);
        }
    }
    packages.sort_by(|package, next| package.identity().cmp(&next.identity()));
    let mut pairs = packages.iter().zip(packages.iter().skip(1));
    if let Some((_, package)) = pairs.find(|(package, next)| package.identity() == next.identity()) {
        let message = format!("package {:?} is specified twice", package.name.get_ref());
        return Err(error_at(text, package.name.span().start, &message));
    }
    Ok(packages)
}

/// Prefixes a message with a position in the text, and cuts a message that quotes a long line.
pub(crate) fn error_at(text: &str, position: usize, message: &str) -> String {
    let before = text.get(..position).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&char| char != '\n').count() + 1;
    format!("line {line}, column {column}: {message:.200}")
}

impl Locked {
    /// Unique in a lock file.
    fn identity(&self) -> (&str, &Version, Option<&str>) {
        (self.name.get_ref(), &self.version, self.source.as_deref().map(without_commit))
    }
}

/// A source without the commit of a Git repository. References to packages do not contain it.
pub(crate) fn without_commit(source: &str) -> &str {
    source.split_once('#').map_or(source, |(repository, _)| repository)
}

impl TryFrom<String> for Version {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected a version such as `1.2.3` or `1.2.3-rc.1`")
    }
}

impl Version {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // The suffix of `1.2.3-rc.1+build` is `-rc.1+build`.
        let (numbers, suffix) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
        let mut numbers = numbers.split('.').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        let version = Self { major: next()?, minor: next()?, patch: next()?, suffix: suffix.to_owned() };
        // Excludes a fourth number and leading zeros.
        (version.to_string() == text).then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}{}", self.major, self.minor, self.patch, self.suffix)
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected 64 hexadecimal digits")
    }
}

impl Digest {
    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0_u8; 32];
        for (position, digit) in text.chars().enumerate() {
            let byte = bytes.get_mut(position / 2)?;
            *byte = *byte << 4 | u8::try_from(digit.to_digit(16)?).ok()?;
        }
        (text.len() == 64).then_some(Self(bytes))
    }
}
