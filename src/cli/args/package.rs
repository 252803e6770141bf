//! Arguments of evidence packages.

use std::path::PathBuf;

use clap::Args;

use super::super::packaging::Size;
use super::Format;
use super::day;
use crate::model::Date;
use crate::package::PackOptions;

#[derive(Debug, Args)]
pub struct PackagingArgs {
    /// How hard to compress the exhibits: 0 (not at all) to 9 (small and slow). What is compressed already is stored as it is.
    #[arg(long, value_name = "0-9", default_value_t = PackOptions::LEVEL, value_parser = clap::value_parser!(u32).range(0..=9))]
    pub compression_level: u32,
    /// Divide the package into several complete archives, none larger than this: 650MB, 2GiB.
    #[arg(long, value_name = "SIZE")]
    pub split_size: Option<Size>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// File whose first line is the passphrase of an encrypted package (AES-256). The variable SOCPRESS_PASSPHRASE serves as well; no argument does, since other programs see those.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress package acme -o handover
  socpress package acme --dry-run
  socpress package acme --dry-run --format json
  socpress package acme -o handover --split-size 650MB --passphrase-file secret.txt

Writes evidence.zip (or evidence-1-of-3.zip and so on) and evidence.build.json, all of them or none. The package names no report, since none is made: `socpress build` makes both together. A dry run writes nothing. An encrypted package shows the names of its files, not their contents.")]
pub struct PackageArgs {
    /// Engagement folder.
    pub folder: PathBuf,
    /// Folder for the outputs; made if it does not exist.
    #[arg(long, short, value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
    /// List what would go in, and how large it is.
    #[arg(long)]
    pub dry_run: bool,
    /// The day by which the file lock is decided, and nothing else; the clock's if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub packaging: PackagingArgs,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress addendum acme -o out --date 2026-08-03 --by 'R. Ostrander' --why 'The log of the second site came late.'

Exhibits that are in no package yet go into evidence-addendum-1.zip (then -2 and so on), which names the package that it follows by the hash of its manifest; addenda.json lists all of them. Nothing that was sealed is touched, and all of it must still be there unchanged.")]
pub struct AddendumArgs {
    /// Engagement folder, with the new files and their rows in the index.
    pub folder: PathBuf,
    /// Folder of the outputs, with evidence.zip.
    #[arg(long, short, value_name = "FOLDER", default_value = "out")]
    pub out: PathBuf,
    /// Day on which it is added.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub date: Date,
    /// Who adds it.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub by: String,
    /// Why: a sentence.
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub why: String,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress sign out/evidence.zip --key minisign.key --password-file password.txt
  minisign -Vm manifest.json -x evidence.zip.manifest.minisig -p minisign.pub

Writes evidence.zip.manifest.minisig beside the package: an Ed25519 signature of manifest.json in the format of minisign. The key is one that `minisign -G` made. Its password comes from a file or from the variable SOCPRESS_SIGN_PASSWORD, never from an argument.")]
pub struct SignArgs {
    /// The package.
    pub package: PathBuf,
    /// File of the secret key.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// File whose first line is the password of the key.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  socpress verify out/evidence.zip out/report.pdf
  socpress verify out/evidence-1-of-3.zip
  socpress verify evidence.zip --format json
  socpress verify evidence.zip --public-key minisign.pub

Exit code 0 if everything is as it was sealed, 1 if not; each problem names the file. Addenda beside the package are checked with it. With --public-key a package that is not signed with that key is not intact. Of a package in several parts name one: the others are looked for beside it. With build.json beside the package it is known as well that the manifest is the one that was sealed.")]
pub struct VerifyArgs {
    /// The package.
    pub package: PathBuf,
    /// Reports that should belong to it. Parts of the package that lie elsewhere may be named here too.
    pub reports: Vec<PathBuf>,
    /// The public key that must have signed the manifest: a file of minisign, or the key itself.
    #[arg(long, value_name = "FILE|KEY")]
    pub public_key: Option<String>,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}
