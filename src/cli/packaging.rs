//! Options of the evidence package that several commands share.

use std::fs;
use std::str::FromStr;

use super::Exit;
use super::args::{PackagingArgs, PassphraseArgs};
use super::output::Terminal;
use crate::package::{PackOptions, Passphrase, SMALLEST_PART};
use crate::pipeline::Packaging;

const VARIABLE: &str = "SOCPRESS_PASSPHRASE";

/// A size as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no size: write 650MB, 2GiB or a number of bytes");
        let compact = text.replace([' ', '_'], "");
        let digits = compact.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(compact.len());
        let (number, unit) = compact.split_at(digits);
        let factor: u64 = match unit.to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kb" => 1000,
            "kib" | "k" => 1 << 10,
            "mb" => 1_000_000,
            "mib" | "m" => 1 << 20,
            "gb" => 1_000_000_000,
            "gib" | "g" => 1 << 30,
            "tb" => 1_000_000_000_000,
            "tib" | "t" => 1 << 40,
            _ => return Err(wrong()),
        };
        let bytes = match number.split_once('.') {
            None => number.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)),
            // Thousandths are precise enough.
            Some((whole, part)) => {
                let thousandths = format!("{part:0<3}").get(..3).and_then(|digits| digits.parse::<u64>().ok());
                let whole = whole.parse::<u64>().ok().and_then(|n| n.checked_mul(factor));
                let part = thousandths.and_then(|n| Some(n.checked_mul(factor)? / 1000));
                whole.zip(part).and_then(|(whole, part)| whole.checked_add(part))
            }
        };
        match bytes.ok_or_else(wrong)? {
            bytes if bytes < SMALLEST_PART => Err(format!("a part has at least {SMALLEST_PART} bytes (1MiB)")),
            bytes => Ok(Self(bytes)),
        }
    }
}

/// Why an option cannot be used.
pub struct Failed {
    exit: Exit,
    message: String,
}

impl Failed {
    pub fn tell(&self, terminal: &Terminal) -> Exit {
        terminal.error(&self.message);
        self.exit
    }
}

pub fn read(args: &PackagingArgs) -> Result<Packaging, Failed> {
    let pack = PackOptions { level: args.compression_level, passphrase: passphrase(&args.passphrase)? };
    Ok(Packaging { pack, split_size: args.split_size.map(|size| size.0) })
}

/// The passphrase from the file, else from the environment. An empty one is a slip, not the wish for none.
pub fn passphrase(args: &PassphraseArgs) -> Result<Option<Passphrase>, Failed> {
    let (text, from) = match (&args.passphrase_file, std::env::var_os(VARIABLE)) {
        (Some(path), _) => {
            let shown = path.display().to_string();
            let failed = |why: String| Failed {
                exit: Exit::Io,
                message: format!("cannot read the passphrase in {shown}: {why}"),
            };
            let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
            let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".into()))?;
            (text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default().to_owned(), shown)
        }
        (None, Some(value)) => {
            let text = value.into_string().map_err(|_| Failed {
                exit: Exit::Usage,
                message: format!("the passphrase in {VARIABLE} is not UTF-8"),
            })?;
            (text, VARIABLE.to_owned())
        }
        (None, None) => return Ok(None),
    };
    match Passphrase::new(text) {
        Some(passphrase) => Ok(Some(passphrase)),
        None => Err(Failed { exit: Exit::Usage, message: format!("the passphrase in {from} is empty") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_write_them() {
        for (text, bytes) in [
            ("650MB", 650_000_000),
            ("650 mb", 650_000_000),
            ("2GiB", 2 << 30),
            ("2g", 2 << 30),
            ("1.5GB", 1_500_000_000),
            ("4.7 GB", 4_700_000_000),
            ("1048576", 1 << 20),
            ("1_500_000", 1_500_000),
        ] {
            assert_eq!(text.parse::<Size>(), Ok(Size(bytes)), "{text}");
        }
        for text in ["", "MB", "12 parsecs", "-3MB", "1.2.3GB", "99999999999TB", "1.xGB", "1000", "64kB"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }
}
