//! The published set: what it holds, how it is written, signed, read back and checked.

pub mod archive;
pub mod contents;
pub mod manifest;
pub mod rows;
pub mod signature;
pub mod source;

use std::collections::BTreeMap;

/// Files by their names in the release, `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Name of the manifest.
pub const MANIFEST: &str = "release.json";
/// Name of its signature, in minisign's format.
pub const SIGNATURE: &str = "release.json.minisig";
/// Name of the list that `sha256sum --check` reads.
pub const SUMS: &str = "SHA256SUMS";
/// Folder of the survey as published: a survey folder itself.
pub const SOURCE: &str = "source/";
