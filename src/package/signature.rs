//! Detached signatures of a package's manifest, in the format of minisign, so that its program verifies them too.
//!
//! The manifest holds the hash of everything else, so its signature stands for the package.

use std::path::{Path, PathBuf};

use ct_codecs::{Base64, Decoder as _};
use minisign::{PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use serde::Serialize;

use super::encryption::Passphrase;
use super::sealed::manifest_of;
use super::verify::{Fault, Problem, Verification};

/// What the name of a signature adds to that of its package.
pub const SUFFIX: &str = ".manifest.minisig";

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error("{} cannot be signed: {why}", package.display())]
    Package { package: PathBuf, why: String },
    #[error("the secret key cannot be used: {0}")]
    Key(String),
    #[error("the secret key is encrypted: its password is needed")]
    NoPassword,
}

/// What is known of a package's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SignatureState {
    /// There is none.
    None,
    /// There is one, but no key was given to check it with.
    Unchecked { key_id: String },
    /// By the key that was given.
    Signed { key_id: String, trusted_comment: String },
    /// By another key, or of another manifest.
    Wrong { why: String },
}

/// Where the signature of a package lies.
pub fn signature_path(package: &Path) -> PathBuf {
    let mut name = package.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(SUFFIX);
    package.with_file_name(name)
}

/// Signs the manifest of a package. Gives the text of the signature's file and the key's id.
pub fn sign(
    package: &Path,
    passphrase: Option<&Passphrase>,
    key: &str,
    password: Option<String>,
) -> Result<(String, String), SignError> {
    let manifest =
        manifest_of(package, passphrase).map_err(|why| SignError::Package { package: package.to_owned(), why })?;
    let secret = secret_key(key, password)?;
    let failed = |error: minisign::PError| SignError::Key(error.to_string());
    let public = PublicKey::from_secret_key(&secret).map_err(failed)?;
    let name = package.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // In place of minisign's own, which has the time of day.
    let trusted: String = format!("manifest.json of {name} sha256:{}", manifest.sha256)
        .chars()
        .map(|c| if c.is_control() { '_' } else { c })
        .collect();
    let untrusted = "signature of manifest.json in the evidence package";
    let signature = minisign::sign(Some(&public), &secret, manifest.bytes.as_slice(), Some(&trusted), Some(untrusted))
        .map_err(failed)?;
    Ok((signature.to_string(), key_id(secret.keynum())))
}

/// Length of a secret key, and where it says how it is encrypted.
const KEY_LENGTH: usize = 158;
const ENCRYPTION: std::ops::Range<usize> = 2..4;

fn secret_key(text: &str, password: Option<String>) -> Result<SecretKey, SignError> {
    let failed = |error: minisign::PError| SignError::Key(error.to_string());
    let line = text.lines().nth(1).unwrap_or_default().trim();
    let bytes = Base64::decode_to_vec(line, None).unwrap_or_default();
    if bytes.len() != KEY_LENGTH || !bytes.starts_with(b"Ed") {
        return Err(SignError::Key("it is no secret key of minisign".into()));
    }
    // minisign writes no checksum into a key without a password, which the library would ask for. A damaged one shows
    // when the signature is compared with the public key that is part of it.
    if bytes[ENCRYPTION] == [0, 0] {
        return SecretKey::from_bytes(&bytes).map_err(failed);
    }
    let password = password.ok_or(SignError::NoPassword)?;
    let boxed = SecretKeyBox::from_string(text).map_err(failed)?;
    SecretKey::from_box(boxed, Some(password)).map_err(failed)
}

/// Looks for the signature beside a package. With a public key (the text of its file, or the key alone) a missing and a
/// wrong one are problems.
pub fn check(
    package: &Path,
    passphrase: Option<&Passphrase>,
    key: Option<&PublicKey>,
    v: &mut Verification,
) -> SignatureState {
    let path = signature_path(package);
    let shown = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let state = state(package, passphrase, &path, key);
    let problem = match (&state, key) {
        (SignatureState::None, Some(_)) => Some(format!("not signed: there is no `{shown}` beside the package")),
        (SignatureState::Wrong { why }, _) => Some(format!("the signature `{shown}` is wrong: {why}")),
        _ => None,
    };
    v.problems.extend(problem.map(|message| Problem {
        fault: Fault::Signature,
        part: None,
        file: Some(shown),
        message,
    }));
    state
}

fn state(package: &Path, passphrase: Option<&Passphrase>, path: &Path, key: Option<&PublicKey>) -> SignatureState {
    let wrong = |why: String| SignatureState::Wrong { why };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return SignatureState::None,
        Err(error) => return wrong(format!("it cannot be read: {error}")),
    };
    let signature = match SignatureBox::from_string(&text) {
        Ok(signature) => signature,
        Err(error) => return wrong(format!("it cannot be understood: {error}")),
    };
    let key_id_of = key_id(signature.keynum());
    let Some(key) = key else {
        // What our own signatures say of the manifest shows a package that was built anew.
        let said = signature.trusted_comment().unwrap_or_default();
        let sealed = manifest_of(package, passphrase).ok().map(|manifest| manifest.sha256);
        return match (said.split_once("sha256:"), sealed) {
            (Some((_, said)), Some(sealed)) if said != sealed => {
                wrong("the manifest is not the one that was signed".into())
            }
            _ => SignatureState::Unchecked { key_id: key_id_of },
        };
    };
    if key.keynum() != signature.keynum() {
        return wrong(format!("it was made with the key {key_id_of}, not with {}", key_id(key.keynum())));
    }
    let manifest = match manifest_of(package, passphrase) {
        Ok(manifest) => manifest,
        Err(why) => return wrong(format!("there is no manifest to check it against: {why}")),
    };
    match minisign::verify(key, &signature, std::io::Cursor::new(&manifest.bytes), true, false, false) {
        Ok(()) => SignatureState::Signed {
            key_id: key_id_of,
            trusted_comment: signature.trusted_comment().unwrap_or_default(),
        },
        Err(_) => wrong("the manifest is not the one that was signed, or the signature was changed".into()),
    }
}

/// Reads a public key: the text of its file, or the line of the key alone.
pub fn public_key(text: &str) -> Result<PublicKey, String> {
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    PublicKey::from_base64(line).map_err(|error| error.to_string())
}

/// As minisign prints it.
fn key_id(keynum: &[u8]) -> String {
    keynum.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}
