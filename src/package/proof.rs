//! All that can be checked of a package: its bytes and reports, its signature, and the addenda that follow it.

use std::io;
use std::path::Path;

use serde::Serialize;

use super::addendum::{FoundAddendum, addenda_beside, check_chain};
use super::signature::{self, SignatureState};
use super::split::siblings;
use super::verify::{Beside, Verification, verify};

#[derive(Debug, Serialize)]
pub struct Proof {
    #[serde(flatten)]
    pub verification: Verification,
    pub signature: SignatureState,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addenda: Vec<FoundAddendum>,
}

/// Looks at a package and its reports, at its signature with the `key` if one is given, and at the addenda beside it.
pub fn prove(package: &Path, beside: &Beside<'_>, key: Option<&minisign::PublicKey>) -> io::Result<Proof> {
    let mut verification = verify(package, beside)?;
    let mut signature = signature::check(package, beside.passphrase, key, &mut verification);
    // With a key, every part and every addendum must be signed by it.
    let others = siblings(package).into_iter().chain(addenda_beside(package).into_iter().map(|(_, path)| path));
    for other in others.filter(|_| key.is_some()) {
        let state = signature::check(&other, beside.passphrase, key, &mut verification);
        if !matches!(state, SignatureState::Signed { .. }) {
            signature = state;
        }
    }
    let addenda = check_chain(package, beside.passphrase, &mut verification, |addendum, verification| {
        let own = verify(addendum, &Beside { files: &[], ..*beside })?;
        let name = addendum.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        verification.problems.extend(own.problems.into_iter().map(|mut problem| {
            problem.message = format!("in `{name}`: {}", problem.message);
            problem.file = Some(problem.file.map_or(name.clone(), |file| format!("{name}/{file}")));
            problem
        }));
        Ok(())
    })?;
    Ok(Proof { verification, signature, addenda })
}
