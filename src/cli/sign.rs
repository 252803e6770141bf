//! `socpress sign`

use std::fs;
use std::path::Path;

use super::Exit;
use super::args::SignArgs;
use super::output::Terminal;
use super::packaging;
use crate::files::{Readers, write_whole};
use crate::package::signature::{self, SignError};
use crate::package::{Passphrase, siblings};

/// The variable that holds the password of the key.
const PASSWORD: &str = "SOCPRESS_SIGN_PASSWORD";

pub fn run(args: &SignArgs, terminal: &Terminal) -> Exit {
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| terminal.error(&format!("cannot read {}: {error}", path.display())))
    };
    let Ok(key) = read(&args.key) else { return Exit::Io };
    let password = match &args.password_file {
        Some(path) => match read(path) {
            Ok(text) => Some(text.lines().next().unwrap_or_default().to_owned()),
            Err(()) => return Exit::Io,
        },
        None => std::env::var(PASSWORD).ok(),
    };
    let passphrase = match packaging::passphrase(&args.passphrase) {
        Ok(passphrase) => passphrase,
        Err(failed) => return failed.tell(terminal),
    };
    // The manifest of a part speaks for that part only: all parts beside it are signed too.
    for package in std::iter::once(args.package.clone()).chain(siblings(&args.package)) {
        let exit = one(&package, passphrase.as_ref(), &key, password.clone(), terminal);
        if exit != Exit::Fine {
            return exit;
        }
    }
    Exit::Fine
}

fn one(
    package: &Path,
    passphrase: Option<&Passphrase>,
    key: &str,
    password: Option<String>,
    terminal: &Terminal,
) -> Exit {
    let (text, key_id) = match signature::sign(package, passphrase, key, password) {
        Ok(signed) => signed,
        Err(error) => {
            terminal.error(&error.to_string());
            return match error {
                SignError::NoPassword => {
                    terminal.error(&format!("give it with --password-file, or in the variable {PASSWORD}"));
                    Exit::Usage
                }
                SignError::Key(_) => Exit::Usage,
                SignError::Package { .. } => Exit::Io,
            };
        }
    };
    let path = signature::signature_path(package);
    match write_whole(&path, text.as_bytes(), Readers::All) {
        Ok(()) => {
            terminal.say(&format!("{} (signed with the key {key_id})", path.display()));
            Exit::Fine
        }
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Io
        }
    }
}
