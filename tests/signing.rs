//! The signature of a package's manifest, in both directions with the program minisign.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Engagement, Run, finished, output, socpress, tool};

fn package() -> (Engagement, PathBuf) {
    let e = Engagement::type_2().exhibit("E-1", "log.txt", "a line\n");
    e.build();
    let package = e.out().join("evidence.zip");
    (e, package)
}

/// A pair of keys without a password: the paths of the secret and the public one.
fn keys(e: &Engagement, name: &str) -> (PathBuf, PathBuf) {
    let (secret, public) = (e.beside(&format!("{name}.key")), e.beside(&format!("{name}.pub")));
    output(tool("minisign").arg("-GfW").arg("-s").arg(&secret).arg("-p").arg(&public));
    (secret, public)
}

fn sign(package: &Path, key: &Path) -> Run {
    Run::of(socpress().arg("sign").arg(package).arg("--key").arg(key))
}

fn verify(package: &Path, key: Option<&str>) -> Run {
    let mut command = socpress();
    command.args(["verify", "--format", "json"]).arg(package);
    if let Some(key) = key {
        command.args(["--public-key", key]);
    }
    Run::of(&mut command)
}

fn manifest(e: &Engagement, package: &Path) -> PathBuf {
    let path = e.beside("manifest.json");
    output(tool("unzip").arg("-oq").arg(package).arg("manifest.json").arg("-d").arg(e.beside("")));
    path
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn minisign_verifies_what_we_sign() {
    let (e, package) = package();
    let (secret, public) = keys(&e, "a");
    let run = sign(&package, &secret);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let signature = e.out().join("evidence.zip.manifest.minisig");
    let file = manifest(&e, &package);
    let by = |public: &Path| {
        finished(tool("minisign").arg("-Vm").arg(&file).arg("-x").arg(&signature).arg("-p").arg(public))
    };
    let said = by(&public);
    assert!(said.status.success(), "{said:?}");
    let trusted = String::from_utf8_lossy(&said.stdout).into_owned();
    let hash = socpress::package::sha256_hex(&fs::read(&file).expect("the manifest"));
    assert!(trusted.contains(&format!("manifest.json of evidence.zip sha256:{hash}")), "{trusted}");
    assert!(!by(&keys(&e, "b").1).status.success(), "another key");
}

#[test]
fn we_verify_what_minisign_signs() {
    let (e, package) = package();
    let (secret, public) = keys(&e, "a");
    let file = manifest(&e, &package);
    let signature = e.out().join("evidence.zip.manifest.minisig");
    output(
        tool("minisign")
            .arg("-Sm")
            .arg(&file)
            .arg("-x")
            .arg(&signature)
            .arg("-s")
            .arg(&secret)
            .args(["-t", "released"]),
    );
    let run = verify(&package, public.to_str());
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert_eq!(
        (&run.json()["signature"]["state"], &run.json()["signature"]["trusted_comment"]),
        (&"signed".into(), &"released".into())
    );
}

#[test]
fn a_signature_is_good_missing_or_wrong() {
    let (e, package) = package();
    let (secret, public) = keys(&e, "a");
    let key = public.to_str();
    let problem = |run: &Run| run.json()["problems"][0].clone();
    let run = verify(&package, key);
    assert_eq!((run.code, &run.json()["signature"]["state"]), (1, &"none".into()));
    assert_eq!(problem(&run)["fault"], "signature");
    assert!(problem(&run)["message"].as_str().is_some_and(|text| text.starts_with("not signed")), "{}", run.stdout);
    let run = verify(&package, None);
    assert_eq!((run.code, &run.json()["signature"]["state"]), (0, &"none".into()), "without a key none is asked for");

    assert_eq!(sign(&package, &secret).code, 0);
    assert_eq!(verify(&package, key).code, 0);
    let line = text(&public).lines().nth(1).expect("the key").to_owned();
    assert_eq!(verify(&package, Some(&line)).code, 0, "the key itself");
    assert_eq!(verify(&package, None).json()["signature"]["state"], "unchecked");
    let people = Run::of(socpress().arg("verify").arg(&package).arg("--public-key").arg(&public));
    assert!(people.stderr.contains("signed with the key"), "{}", people.stderr);

    let other = keys(&e, "b").1;
    let run = verify(&package, other.to_str());
    assert_eq!((run.code, &run.json()["signature"]["state"]), (1, &"wrong".into()));
    assert!(problem(&run)["message"].to_string().contains("was made with the key"), "{}", run.stdout);

    // Another package under the same signature; each line of the signature changed.
    let signature = e.out().join("evidence.zip.manifest.minisig");
    let good = text(&signature);
    let changed = e.exhibit("E-2", "more.txt", "more\n");
    changed.build();
    let run = verify(&package, key);
    assert_eq!((run.code, problem(&run)["fault"].as_str()), (1, Some("signature")), "{}", run.stdout);
    assert_eq!(sign(&package, &secret).code, 0);
    let good_again = text(&signature);
    assert_ne!(good, good_again);
    for number in 1..4 {
        let lines: Vec<String> = good_again
            .lines()
            .enumerate()
            .map(|(at, line)| {
                if at == number {
                    line.replacen(&line[20..21], if &line[20..21] == "A" { "B" } else { "A" }, 99)
                } else {
                    line.to_owned()
                }
            })
            .collect();
        fs::write(&signature, lines.join("\n") + "\n").expect("written");
        assert_eq!(verify(&package, key).code, 1, "line {}", number + 1);
    }
    fs::write(&signature, "no signature").expect("written");
    assert_eq!(verify(&package, None).json()["signature"]["state"], "wrong");
    assert_eq!(verify(&package, Some("nonsense")).code, 2);
}

#[test]
fn a_key_with_a_password() {
    let (e, package) = package();
    let (secret, public) = (e.beside("p.key"), e.beside("p.pub"));
    // The program asks at the terminal, which is a pipe here.
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = tool("minisign")
        .arg("-Gf")
        .arg("-s")
        .arg(&secret)
        .arg("-p")
        .arg(&public)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("minisign starts");
    child.stdin.take().expect("a pipe").write_all(b"owl and kestrel\nowl and kestrel\n").expect("written");
    assert!(child.wait().expect("it ends").success());
    let password = e.beside("password.txt");
    fs::write(&password, "owl and kestrel\n").expect("written");
    let run = sign(&package, &secret);
    assert_eq!(run.code, 2, "no password: {}", run.stderr);
    assert!(run.stderr.contains("SOCPRESS_SIGN_PASSWORD"), "{}", run.stderr);
    assert!(!e.out().join("evidence.zip.manifest.minisig").exists());
    let with_file =
        Run::of(socpress().arg("sign").arg(&package).arg("--key").arg(&secret).arg("--password-file").arg(&password));
    assert_eq!(with_file.code, 0, "{}", with_file.stderr);
    assert_eq!(verify(&package, public.to_str()).code, 0);
    let wrong = Run::of(
        socpress().env("SOCPRESS_SIGN_PASSWORD", "sparrow").arg("sign").arg(&package).arg("--key").arg(&secret),
    );
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
    assert!(!wrong.stderr.contains("sparrow"));
    let right = Run::of(
        socpress().env("SOCPRESS_SIGN_PASSWORD", "owl and kestrel").arg("sign").arg(&package).arg("--key").arg(&secret),
    );
    assert_eq!(right.code, 0, "{}", right.stderr);
}

#[test]
fn what_cannot_be_signed() {
    let (e, package) = package();
    let (secret, public) = keys(&e, "a");
    assert_eq!(sign(&e.beside("absent.zip"), &secret).code, 3);
    assert_eq!(sign(&package, &e.beside("absent.key")).code, 3);
    assert_eq!(sign(&package, &public).code, 2, "a public key is none to sign with");
    fs::write(e.beside("text.zip"), "text").expect("written");
    assert_eq!(sign(&e.beside("text.zip"), &secret).code, 3);
}
