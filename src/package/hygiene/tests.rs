//! What must be found, and what is near it and must not.

use super::*;

/// Characters by chance, the same each time: keys that nobody has.
fn noise(alphabet: &[u8], count: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % alphabet.len() as u64).unwrap()
    };
    (0..count).map(|_| char::from(alphabet[next()])).collect()
}

const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &[u8] = b"0123456789abcdef";

fn scanned(name: &str, content: &[u8], piece: usize) -> Vec<Sign> {
    let mut scanner = Scanner::new(name, true);
    content.chunks(piece).for_each(|chunk| scanner.feed(chunk));
    scanner.finish()
}

/// The same however the file is read.
#[track_caller]
fn signs(name: &str, content: impl AsRef<[u8]>) -> Vec<Sign> {
    let content = content.as_ref();
    let all = scanned(name, content, 1 << 20);
    for piece in [1, 7, 1000, 4096, 5000] {
        assert_eq!(scanned(name, content, piece), all, "in pieces of {piece}");
    }
    all
}

/// Kinds and lines of the secrets.
#[track_caller]
fn secrets(name: &str, content: impl AsRef<[u8]>) -> Vec<(Secret, usize)> {
    let secret = |sign: Sign| match sign.what {
        What::Secret(secret) => Some((secret, sign.line.expect("a line"))),
        _ => None,
    };
    signs(name, content).into_iter().filter_map(secret).collect()
}

#[track_caller]
fn finds(content: impl AsRef<[u8]>, secret: Secret, line: usize) {
    let content = content.as_ref();
    assert_eq!(secrets("a.txt", content), [(secret, line)], "{}", String::from_utf8_lossy(content));
}

#[track_caller]
fn clean(name: &str, content: impl AsRef<[u8]>) {
    let content = content.as_ref();
    let found = signs(name, content);
    let shown: String = String::from_utf8_lossy(content).chars().take(300).collect();
    assert!(found.is_empty(), "{found:?} in {shown}");
}

fn pem(kind: &str) -> String {
    let body = noise(BASE64, 64 * 5);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

#[test]
fn private_keys_in_every_form() {
    for kind in [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ] {
        finds(format!("# deploy\n\n{}", pem(kind)), Secret::PrivateKey, 3);
    }
    let headed =
        pem("RSA PRIVATE KEY").replacen("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\n", 1);
    finds(headed, Secret::PrivateKey, 1);
    let json = format!("{{\n  \"private_key\": \"{}\"\n}}", pem("PRIVATE KEY").replace('\n', "\\n"));
    finds(json, Secret::PrivateKey, 2);
    finds(pem("EC PRIVATE KEY").replace('\n', "\r\n"), Secret::PrivateKey, 1);
    let putty = format!(
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n{}\nPrivate-Lines: 1\n{}\n",
        noise(BASE64, 64),
        noise(BASE64, 48)
    );
    finds(putty, Secret::PrivateKey, 6);
    finds(
        format!("untrusted comment: minisign encrypted secret key\nRWR{}\n", noise(BASE64, 200)),
        Secret::PrivateKey,
        1,
    );
    // In UTF-16, with and without a mark.
    let wide: Vec<u8> = pem("PRIVATE KEY").encode_utf16().flat_map(u16::to_le_bytes).collect();
    finds(&wide, Secret::PrivateKey, 1);
    finds([b"\xff\xfe".as_slice(), &wide].concat(), Secret::PrivateKey, 1);
}

#[test]
fn keys_and_tokens_of_known_shapes() {
    let of =
        |before: &str, alphabet: &[u8], count: usize| format!("line one\nx = {before}{}\n", noise(alphabet, count));
    for content in [of("AKIA", BASE32, 16), of("ASIA", BASE32, 16), of("AIza", BASE62, 35), of("LTAI", BASE62, 20)] {
        finds(content, Secret::CloudKey, 2);
    }
    finds(format!("AccountName=a;AccountKey={}==;", noise(BASE64, 86)), Secret::CloudKey, 1);
    for content in [
        of("ghp_", BASE62, 36),
        of("github_pat_", BASE62, 82),
        of("glpat-", BASE62, 20),
        of("xoxb-", BASE62, 40),
        of("sk_live_", BASE62, 24),
        of("npm_", BASE62, 36),
        of("hvs.", BASE62, 30),
        of("dapi", HEX, 32),
    ] {
        finds(content, Secret::Token, 2);
    }
    let jwt = format!("eyJ{}.eyJ{}.{}", noise(BASE62, 20), noise(BASE62, 60), noise(BASE62, 43));
    finds(format!("GET / 200\nAuthorization: Bearer {jwt}\n"), Secret::Token, 2);
    finds(format!("Authorization: bearer {}\n", noise(BASE62, 40)), Secret::Token, 1);
    finds(format!("client_secret = \"{}\"\n", noise(BASE62, 32)), Secret::Token, 1);
    finds(format!("aws_secret_access_key={}\n", noise(BASE64, 40)), Secret::Token, 1);
    for name in ["apiKey: ", "X-API-KEY: ", "Api-Key: ", "secretKey = ", "AWS_SECRET_ACCESS_KEY=", "AuthToken="] {
        finds(format!("{name}{}\n", noise(BASE62, 32)), Secret::Token, 1);
    }
    finds(format!("root:$6$saltsalt${}:19700:0:99999:7:::\n", noise(BASE62, 86)), Secret::PasswordHash, 1);
}

#[test]
fn passwords_that_are_set_or_said() {
    for line in [
        "DB_PASSWORD=Tr0ub4dor",
        "password = hunter2!",
        "password=letmein",
        "  \"password\": \"Winter2025\",",
        "spring.datasource.password=kestrel99",
        "Password: Sommer2025!",
        "User: bob Password: Sommer2025! (change at first login)",
        "<password>kestrel-7-owl</password>",
        "GET /login?user=a&password=kestrel77&x=1 HTTP/1.1",
        "url: postgres://app:kestrel77@db.internal:5432/ledger",
        "$Passwort = 'Sommer2025!'",
        "passphrase: kestrel owl", // not one word: left alone below
    ] {
        let content = format!("one\ntwo\n{line}\nfour\n");
        match line.starts_with("passphrase") {
            true => clean("a.txt", content),
            false => finds(content, Secret::Password, 3),
        }
    }
}

#[test]
fn the_number_of_places_is_told() {
    let content = "password=kestrel77\n".repeat(4000);
    let found = signs("a.txt", content);
    assert_eq!(found, [Sign { what: What::Secret(Secret::Password), line: Some(1), count: 4000 }]);
    let late = format!("{}password=kestrel77\n", "an ordinary line of a log\n".repeat(20_000));
    finds(late, Secret::Password, 20_001);
}

#[test]
fn what_only_speaks_of_secrets() {
    clean(
        "policy.md",
        "# Password policy\n\nPassword: at least 12 characters, and never written down.\nPasswords must not be shared. \
         The initial password: changed at first login.\nPassword expires: never\nPassword: 12-character minimum\n\
         password = required\nMinimumPasswordLength = 14\nPasswordComplexity=1\npassword_history=24\n\
         Secrets scanning looks for -----BEGIN RSA PRIVATE KEY----- in commits.\n\
         A line such as AKIA followed by 16 characters is an access key; AKIAIOSFODNN7EXAMPLE is the documented example.\n\
         password: ********\npassword=${DB_PASSWORD}\npassword = var.db_password\npassword: <redacted>\n\
         password = os.environ[\"DB_PASSWORD\"]\npassword=getpass()\n\"password\": \"string\"\npwd=/home/app\nPWD=C:/x\n\
         if password == stored_password1:\npassword: !vault |\npassword: [FILTERED]\n\"password_last_used\": \"2025-01-03\"\n\
         Password: 2025-01-03\npassword: null\npassword = user.newPassword\ntoken: 550e8400-e29b-41d4-a716-446655440000\n\
         ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nhttps://example.com:8443/a@b\nhttps://user@example.com/\n\
         https://medium.com/@writer1:story99\n",
    );
    clean(
        "next.json",
        format!("{{\"NextToken\": \"{}\", \"page_token\": \"{}\"}}", noise(BASE62, 80), noise(BASE62, 30)),
    );
    clean("name.yaml", "secret: my-app-secret-20250101\nsecretName: tls-cert-2025\ntoken: service-account-token-01\n");
    clean("id_ed25519.pub", format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} ops@host\n", noise(BASE64, 43)));
    clean("cert.pem", pem("CERTIFICATE") + &pem("PUBLIC KEY") + &pem("PGP PUBLIC KEY BLOCK"));
    let hashes: String = (0..400).map(|n| format!("{}  build/file-{n}.bin\n", noise(HEX, 64))).collect();
    clean("SHA256SUMS", hashes);
    clean("users.csv", "user,password_enabled,password_last_used\nann,true,2025-01-03\nbob,false,N/A\n");
    clean("mfa.csv", "user,password,mfa\nann,Compliant,yes\nbob,Expired,no\ncid,2025-02-01,yes\n");
    clean("hidden.csv", "user,password\nann,********\nbob,********\n");
    clean("locked.png", [b"\x89PNG\r\n\x1a\n\0\0".as_slice(), b"password=kestrel77\n"].concat());
}

#[test]
fn columns_of_passwords() {
    let rows = "\"Ann Lee\",ann@example.com,Kestrel-77\nBob,bob@example.com,owl!2025\n";
    let content = format!("Name,E-mail,Initial password\n{rows}");
    assert_eq!(secrets("users.csv", &content), [(Secret::PasswordColumn, 2)]);
    assert_eq!(secrets("users.csv", content.replace(',', ";")), [(Secret::PasswordColumn, 2)]);
    assert_eq!(secrets("users.tsv", content.replace(',', "\t")), [(Secret::PasswordColumn, 2)]);
    let markdown = "| user | password |\n|---|---|\n| ann | Kestrel-77 |\n";
    assert_eq!(secrets("users.md", markdown), [(Secret::PasswordColumn, 3)]);
    let last = "user,password\nann,Kestrel-77";
    assert_eq!(secrets("users.csv", last), [(Secret::PasswordColumn, 2)]);
}

#[track_caller]
fn program(name: &str, content: impl AsRef<[u8]>) -> &'static str {
    let found = signs(name, content);
    match found.as_slice() {
        [Sign { what: What::Program(what), line: None, count: 1 }] => what,
        other => panic!("{name}: {other:?}"),
    }
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::{Cursor, Write as _};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn programs_and_macros() {
    let mut windows = vec![0; 256];
    windows[..2].copy_from_slice(b"MZ");
    windows[60] = 128;
    windows[128..132].copy_from_slice(b"PE\0\0");
    assert_eq!(program("report.pdf", &windows), "a Windows program");
    assert_eq!(program("a.bin", b"\x7fELF\x02\x01\x01\0"), "a Linux program");
    assert_eq!(program("a", b"\xcf\xfa\xed\xfe\x07\0\0\x01"), "a macOS program");
    assert_eq!(program("A.class", b"\xca\xfe\xba\xbe\0\0\0\x41"), "a Java or macOS program");
    assert_eq!(program("notes.txt", "#!/bin/sh\nrm -rf /tmp/x\n"), "a script");
    assert_eq!(program("notes.txt", "\u{feff}@ECHO OFF\r\ndir\r\n"), "a script");
    assert_eq!(program("a.ps1", "Get-LocalUser\n"), "a script");
    assert_eq!(
        program("a.html", "<html><HTA:APPLICATION ID=x></html>"),
        "an HTML application, which runs as a program"
    );
    let shortcut = [b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F".as_slice(), &[0; 60]].concat();
    assert_eq!(program("a.dat", shortcut), "a Windows shortcut");
    assert_eq!(program("tool.jar", zipped(&[("A.class", b"x")])), "a Java program");
    assert_eq!(program("tool.zip", zipped(&[("A.class", b"x")])), "an archive with a program in it");
    let large = noise(BASE62, 9000);
    let macros = [("[Content_Types].xml", large.as_bytes()), ("xl/vbaProject.bin", b"x"), ("z", large.as_bytes())];
    for name in ["a.xlsm", "a.xlsx", "a.zip"] {
        assert_eq!(program(name, zipped(&macros)), "macros");
    }
    assert_eq!(program("a.xlsm", zipped(&macros[..1])), "a document of a kind that bears macros");
    assert_eq!(
        program("a.zip", zipped(&[("a.txt", b"x"), ("bin/Setup.EXE", b"x")])),
        "an archive with a program in it"
    );
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.extend_from_slice(&[0; 6000]);
    let plain = old.clone();
    old.extend("_VBA_PROJECT".encode_utf16().flat_map(u16::to_le_bytes));
    old.extend_from_slice(&[0; 5000]);
    assert_eq!(program("a.doc", old), "macros");
    clean("a.doc", plain);
    clean("a.xlsx", zipped(&[("xl/workbook.xml", b"<x/>"), ("xl/media/image1.png", b"x")]));
    clean("mz.txt", "MZ is the sign of a program, followed by much else that is not here.\n".repeat(4));
    clean("notes.txt", "# Notes\n#! not a script\n");
    clean("a.css", "a { color: red }");
}

#[track_caller]
fn personal(content: &str) -> Vec<String> {
    let told = |sign: Sign| match sign.what {
        What::Personal(what) => what,
        other => panic!("{other:?}"),
    };
    signs("a.csv", content).into_iter().map(told).collect()
}

fn with_check_digit(number: u64) -> u64 {
    let digits: Vec<u64> = number.to_string().bytes().map(|b| u64::from(b - b'0')).collect();
    let doubled = |d: u64| if d > 4 { d * 2 - 9 } else { d * 2 };
    let sum: u64 = digits.iter().rev().enumerate().map(|(n, d)| if n % 2 == 0 { doubled(*d) } else { *d }).sum();
    number * 10 + (10 - sum % 10) % 10
}

#[test]
fn personal_data_in_bulk() {
    let people: String =
        (0..150).map(|n| format!("{n},person{n}@{}\n", ["gmail.com", "gmx.de", "a.org"][n % 3])).collect();
    assert_eq!(personal(&people), ["150 e-mail addresses of several domains"]);
    let cards: String = (0..12).map(|n| format!("{}\n", with_check_digit(400_000_123_456_000 + n * 7919))).collect();
    assert_eq!(personal(&cards), ["12 card numbers"]);
    let grouped: String =
        cards.lines().map(|c| format!("{} {} {} {}\n", &c[..4], &c[4..8], &c[8..12], &c[12..])).collect();
    assert_eq!(personal(&grouped), ["12 card numbers"]);
    let numbers: String =
        (0..10).map(|n| format!("name,{:03}-{:02}-{:04}\n", 100 + n * 31, 11 + n, 1000 + n)).collect();
    assert_eq!(personal(&numbers), ["10 national identity numbers or bank accounts"]);
    let insured: String = (0..10).map(|n| format!("AB{:06}C\n", 123_456 + n)).collect();
    assert_eq!(personal(&insured), ["10 national identity numbers or bank accounts"]);
    let accounts = ["GB82WEST12345698765432", "DE89370400440532013000", "FR1420041010050500013M02606"];
    let mut found = Personal::default();
    let mut window = Window::default();
    window.push(accounts.join("\n").as_bytes());
    found.scan(&window, true);
    assert!(found.finish().is_empty(), "three are no bulk");
}

#[test]
fn what_is_near_personal_data() {
    let staff: String = (0..400).map(|n| format!("user{n}@quillmark.example\n")).collect();
    assert!(personal(&staff).is_empty(), "a company's own users");
    let tickets: String = (0..500).map(|n| format!("ticket {}\n", 4_000_123_412_340_000_u64 + n)).collect();
    assert!(personal(&tickets).is_empty(), "tickets in their order");
    let few: String = (0..9).map(|n| format!("{}\n", with_check_digit(400_000_123_456_000 + n))).collect();
    assert!(personal(&few).is_empty());
    let dates: String = (0..60).map(|n| format!("2025-01-{:02} 12:00:{n:02} 555-0100-{n}\n", n % 28 + 1)).collect();
    assert!(personal(&dates).is_empty());
    let mut scanner = Scanner::new("a.csv", false);
    scanner.feed((0..200).map(|n| format!("p{n}@d{n}.org\n")).collect::<String>().as_bytes());
    assert!(scanner.finish().is_empty(), "only where privacy is in scope");
}
