//! Encryption of entries as many archive programs know it: AES-256 in counter mode with an authentication code (AE-2).

use std::fmt;

use aes::Aes256;
use ctr::Ctr128LE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

const SALT: usize = 16;
const KEY: usize = 32;
/// Two bytes by which a wrong passphrase is noticed at once.
const CHECK: usize = 2;
const CODE: usize = 10;
/// Given by the format.
const ROUNDS: u32 = 1000;

/// How much longer an entry is when it is encrypted.
pub(super) const OVERHEAD: u64 = (SALT + CHECK + CODE) as u64;

/// The secret from which the keys are made. It is never printed.
#[derive(Clone)]
pub struct Passphrase(String);

impl Passphrase {
    /// Nothing if the text is empty.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then_some(Self(text))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Encrypts one entry, piece by piece.
pub(super) struct Encryptor {
    cipher: Ctr128LE<Aes256>,
    code: Hmac<Sha1>,
}

impl Encryptor {
    /// With a salt of its own; gives what stands before the content.
    pub fn new(passphrase: &Passphrase) -> std::io::Result<(Self, Vec<u8>)> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(std::io::Error::other)?;
        let mut keys = [0; 2 * KEY + CHECK];
        pbkdf2::pbkdf2_hmac::<Sha1>(passphrase.as_bytes(), &salt, ROUNDS, &mut keys);
        let mut counter = [0; 16];
        counter[0] = 1;
        let wrong = |_| std::io::Error::other("the length of a key");
        let key: &[u8; KEY] = keys[..KEY].try_into().map_err(wrong)?;
        let cipher = Ctr128LE::new(key.into(), &counter.into());
        let code = Hmac::new_from_slice(&keys[KEY..2 * KEY]).map_err(std::io::Error::other)?;
        let before = salt.iter().chain(&keys[2 * KEY..]).copied().collect();
        Ok((Self { cipher, code }, before))
    }

    pub fn apply(&mut self, bytes: &mut [u8]) {
        self.cipher.apply_keystream(bytes);
        self.code.update(bytes);
    }

    /// What stands after the content.
    pub fn finish(self) -> Vec<u8> {
        self.code.finalize().into_bytes()[..CODE].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_something_and_is_not_printed() {
        assert!(Passphrase::new("").is_none());
        let secret = Passphrase::new("correct horse").unwrap();
        assert!(!format!("{secret:?}").contains("horse"));
    }

    #[test]
    fn the_same_content_never_looks_the_same() {
        let secret = Passphrase::new("correct horse").unwrap();
        let sealed = || {
            let (mut encryptor, before) = Encryptor::new(&secret).unwrap();
            let mut bytes = b"content".to_vec();
            encryptor.apply(&mut bytes);
            let after = encryptor.finish();
            assert_eq!((before.len() + after.len()) as u64, OVERHEAD);
            (before, bytes, after)
        };
        let (first, second) = (sealed(), sealed());
        assert!(first.0 != second.0 && first.1 != second.1 && first.2 != second.2);
        assert_ne!(first.1, b"content");
    }
}
