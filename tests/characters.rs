//! Characters: what the fonts have is printed and can be copied; what they lack, and what must not be on a page, is told
//! with its place (H27).

mod support;

use std::path::Path;

use support::{Engagement, error, listed, squeeze, warning};
use unicode_normalization::UnicodeNormalization as _;

fn controls(rows: &[(&str, &str)]) -> Engagement {
    let rows: String = rows
        .iter()
        .map(|(id, text)| format!("\n[[controls]]\nid = \"{id}\"\ndescription = \"{text}\"\ncriteria = [\"CC6.3\"]\n"))
        .collect();
    Engagement::type_1().append("controls.toml", &rows)
}

#[test]
fn scripts_that_the_fonts_have_are_printed_and_copied() {
    let texts = [
        ("L-1", "Café naïve Łódź Þórr ß Ǆ"),
        ("L-2", "Việt Nam: ữ ệ ộ ĩ ả"),
        ("L-3", "Nəxʷsayəm ƛ ŋ"),
        ("G-1", "Έλεγχος πρόσβασης"),
        ("C-1", "Проверка доступа"),
        ("S-1", "€ £ ¥ § ± × ÷ ≤ ≥ ≠ → ☐ ☑ ✓ • – — … “ ” ‘ ’ « »"),
    ];
    let engagement = controls(&texts);
    engagement.finds_only([]);
    let report = engagement.report();
    let plain = |text: &str| squeeze(&text.nfc().collect::<String>());
    let (first, second) = (plain(report.text()), plain(&report.second_reading()));
    for (id, text) in texts {
        assert!(first.contains(&plain(text)), "{id} {text}");
        assert!(second.contains(&plain(text)), "{id} {text}, for a second reader");
    }
    report.is_sound();
}

#[test]
fn scripts_that_run_from_right_to_left() {
    let (hebrew, arabic) = ("ההרשאות נבדקות 4 פעמים", "تتم مراجعة الوصول");
    let engagement = controls(&[("H-1", &format!("{hebrew} (ראו OPS-1).")), ("A-1", &format!("{arabic} (CC6.3)."))]);
    engagement.finds_only([]);
    let report = engagement.report();
    report.is_within_its_pages();
    let text: String = report.text().nfkc().collect();
    for word in hebrew.split(' ').chain(arabic.split(' ')) {
        let backwards: String = word.chars().rev().collect();
        assert!(text.contains(word) || text.contains(&backwards), "{word} in\n{text}");
    }
    assert!(!text.contains('\u{fffd}'));
}

/// Thai has no blanks between words: the layout finds where a line may break. (Readers give clusters of marks twice,
/// whatever the file says they stand for: so the letters must come in their order, no more.)
#[test]
fn long_text_without_blanks_wraps() {
    let thai = "ทบทวนสิทธิ์การเข้าถึงทุกไตรมาสโดยผู้ดูแลระบบ".repeat(8);
    let clusters = "Nəxʷsƛ̕ay̓əm Ṩ̣";
    let engagement = controls(&[("TH-1", &thai), ("SA-1", clusters)]);
    engagement.finds_only([]);
    let report = engagement.report();
    report.is_within_its_pages();
    let band = report.between("CC6.3 Control activity", "CC6.4 Physical");
    for text in [&thai, clusters] {
        let mut read = band.chars();
        let lost: Vec<char> = squeeze(text).nfc().filter(|letter| !read.any(|c| c == *letter)).collect();
        assert!(lost.is_empty(), "{lost:?} of {text} in {band}");
    }
    assert!(report.pages_with("TH-1").len() >= 2 && !report.text().contains('\u{fffd}'));
}

#[test]
fn characters_that_no_font_has_are_told_and_shown_as_missing() {
    let engagement = controls(&[
        ("J-1", "アクセス権は見直される。"),
        ("K-1", "접근 권한"),
        ("E-1", "Done 👩🏽\u{200d}💻 today"),
        ("M-1", "Set 𝒳 of users"),
    ])
    .set("name = \"Quillmark Logistics, Inc.\"", "name = \"株式会社 Quillmark\"")
    .replace("controls.toml", "title = \"Access by ticket\"", "title = \"Zugriff 承認\"");
    let run = engagement.check();
    assert_eq!(run.code, 0, "a warning, not an error");
    for (script, codes, place) in [
        ("Katakana", "U+30A2, U+30AF", engagement.place("controls.toml", "^\"アクセス")),
        ("Hangul", "U+C811, U+ADFC", engagement.place("controls.toml", "^\"접근")),
        ("", "U+1F469, U+1F3FD", engagement.place("controls.toml", "^\"Done")),
        ("", "U+1D4B3", engagement.place("controls.toml", "^\"Set")),
        ("Han", "U+627F, U+8A8D", engagement.place("controls.toml", "^\"Zugriff")),
        ("Han", "U+682A, U+5F0F", engagement.place("engagement.toml", "^\"株式会社")),
    ] {
        let found = run.found("TXT-29");
        // The value itself, not only its row.
        let one = found
            .iter()
            .find(|f| f.message.contains(codes) && f.at.as_ref() == Some(&place))
            .unwrap_or_else(|| panic!("{codes} at {place:?}:\n{}", listed(&found)));
        assert_eq!(one.severity, "warning");
        assert!(one.message.contains(script), "{}", one.message);
        assert!(one.help.as_deref().is_some_and(|help| help.contains("style/fonts/")), "{one:?}");
    }
    let report = engagement.report();
    report.is_sound();
    report.says("\u{fffd}");
    report.says("Set \u{fffd} of users");
    report.says("Quillmark");
}

#[test]
fn a_font_of_the_engagement() {
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts/noto");
    let font = std::fs::read(fonts.join("NotoSansThai-Regular.ttf")).expect("a font");
    Engagement::type_1().file("style/fonts/Own.ttf", font).finds_only([]);
    Engagement::type_1().file("style/fonts/Own.ttf", "no font").refuses([error(
        "LAY-07",
        "is no TrueType or OpenType font",
    )
    .in_file("style/fonts/Own.ttf")]);
    let outside = Engagement::type_1();
    outside
        .link("style/fonts/Own.ttf", fonts.join("NotoSans-Regular.ttf"))
        .refuses([error("INP-02", "leads out of the engagement folder")]);
}

// --- What must not be on a page ------------------------------------------------------------------------------------

/// Controls, overrides of the reading direction, private use, tags, byte order marks.
const UNWANTED: [char; 14] = [
    '\u{7}',
    '\u{8}',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{202a}',
    '\u{202d}',
    '\u{202e}',
    '\u{2066}',
    '\u{2068}',
    '\u{feff}',
    '\u{fffb}',
    '\u{e000}',
    '\u{e0041}',
];

/// With all of them in all kinds of fields.
fn dirty() -> Engagement {
    let dirt: String = UNWANTED.iter().collect();
    // TOML takes control characters as escapes only.
    let escaped: String = UNWANTED.iter().map(|c| format!("\\U{:08X}", u32::from(*c))).collect();
    Engagement::type_2()
        .with_exception()
        .set("name = \"Quillmark Logistics", &format!("name = \"Quill{escaped}mark Logistics"))
        .set("short_name = \"Quillmark\"", &format!("short_name = \"Quill{escaped}mark\""))
        .set("system = \"Quillmark Dispatch", &format!("system = \"Quillmark Dis{escaped}patch"))
        .set("name = \"Harrow", &format!("name = \"Har{escaped}row"))
        .set("signatory_name = \"Idris", &format!("signatory_name = \"Id{escaped}ris"))
        .set("Every account belongs", &format!("Every acc{escaped}ount belongs"))
        .replace("controls.toml", "Access by ticket", &format!("Acc{escaped}ess by ticket"))
        .replace("controls.toml", "Before access to", &format!("Before acc{escaped}ess to"))
        .replace("tests.toml", "grants of access in", &format!("gra{escaped}nts of access in"))
        .replace("exceptions.toml", "Management agrees", &format!("Manage{escaped}ment agrees"))
        .topic(&format!(
            "Quill{dirt}mark plans [rou{dirt}tes](https://exam{dirt}ple.org/).\n\n# Head{dirt}ing\n\nText.\n"
        ))
        .replace("description/01-service.md", "title: The dispatch service", "title: The dis\u{202e}patch service")
        .exhibit("E-1", "log.txt", "first")
        .append("evidence.toml", &format!("title = \"A lo{escaped}g\"\n"))
        .add("\n[style]\nevidence_list = true\n")
}

#[test]
fn control_characters_and_overrides_are_told_with_their_place() {
    let engagement = dirty();
    let run = engagement.check();
    assert_eq!(run.code, 0, "{}", listed(&run.findings()));
    let told = run.found("TXT-20");
    let untold: Vec<_> = [
        engagement.place("controls.toml", "title = ^\"Acc"),
        engagement.place("controls.toml", "^\"Before acc"),
        engagement.place("tests.toml", "^\"gra"),
        engagement.place("exceptions.toml", "^\"Manage"),
        engagement.place("engagement.toml", "short_name = ^\""),
        engagement.place("engagement.toml", "\nname = ^\"Quill"),
    ]
    .into_iter()
    .filter(|place| !told.iter().any(|f| f.at.as_ref() == Some(place)))
    .collect();
    assert!(untold.is_empty(), "nothing is said of {untold:#?}:\n{}", listed(&told));
    assert!(
        told.iter().all(|f| f.severity == "warning" && f.message.contains("U+0007") || f.message.contains("U+202E")),
        "{}",
        listed(&told)
    );
}

#[test]
fn control_characters_and_overrides_do_not_reach_the_pdf() {
    let engagement = dirty();
    let built = engagement.build();
    for pdf in [built.report(), built.workpaper()] {
        pdf.is_sound();
        let bookmarks: String = pdf.bookmarks().into_iter().map(|b| b.title).collect();
        let info = pdf.info();
        let links: String = pdf.links().into_iter().filter_map(|l| l.uri).collect();
        let second = pdf.second_reading();
        for (name, text) in [
            ("the text", pdf.text()),
            ("a second reading", &second),
            ("the bookmarks", &bookmarks),
            ("the title", &info["Title"]),
            ("the author", &info["Author"]),
            ("the links", &links),
        ] {
            for c in UNWANTED {
                assert!(!text.contains(c), "U+{:04X} in {name}: {text:?}", u32::from(c));
            }
        }
        pdf.says("Quillmark Logistics, Inc.");
        pdf.says("Before access to production");
        // Next line (U+0085) is a line end, and so a blank where there is one line only.
        assert_eq!(squeeze(&info["Author"]), "Harrow&PenhaleLLP");
        assert!(squeeze(&info["Title"]).contains("QuillmarkDispatchCloud"), "{info:?}");
    }
}

/// A name that reads backwards, or a title that does, is a way to deceive in the package too.
#[test]
fn control_characters_and_overrides_do_not_reach_the_indexes_of_the_package() {
    let archive = dirty().build().archive();
    for name in ["index.html", "index.csv", "SHA256SUMS"] {
        let text = archive.text(name);
        for c in ['\u{202e}', '\u{2066}', '\u{7}', '\u{1b}'] {
            assert!(!text.contains(c), "U+{:04X} in {name}", u32::from(c));
        }
    }
}

#[test]
fn invisible_hints_are_worth_a_note_at_most() {
    let engagement =
        controls(&[("A-1", "soft\u{ad}hyphen no\u{a0}break tab\tstop"), ("A-2", "fi ligature: ﬁ; joiners: क\u{200d}")]);
    let told: Vec<_> =
        engagement.check().findings().into_iter().filter(|f| f.rule == "TXT-20" && f.severity != "note").collect();
    assert!(told.is_empty(), "{}", listed(&told));
    engagement.report().says("softhyphen no break tab stop");
}

/// The index, the matrix and each reference repeat a title; its finding is not repeated, and names the value.
#[test]
fn a_text_that_is_printed_often_is_told_once() {
    let engagement = Engagement::type_2()
        .replace("controls.toml", "title = \"Access by ticket\"", "title = \"Access \\u202E by 漢 ticket\"")
        .replace("controls.toml", "Once a year", "Once \\u202E a 漢 year");
    engagement.finds_only([
        warning("TXT-20", "U+202E").at("controls.toml", "title = ^\"Access \\u202E"),
        warning("TXT-29", "U+6F22").at("controls.toml", "title = ^\"Access \\u202E"),
        warning("TXT-20", "U+202E").at("controls.toml", "^\"Once \\u202E"),
        warning("TXT-29", "U+6F22").at("controls.toml", "^\"Once \\u202E"),
    ]);
}

/// Bullets of word processors and line ends of other systems.
#[test]
fn what_word_processors_leave_behind() {
    let engagement =
        controls(&[("A-1", "First line\\u000BSecond line\\u2028Third line"), ("A-2", "\\uF0B7 one\\n\\uF0B7 two")]);
    let report = engagement.report();
    report.says("First line Second line Third line");
    report.says("• one");
    report.says("• two");
    assert!(engagement.check().findings().iter().all(|f| f.rule != "TXT-29"));
}

#[test]
fn a_place_within_a_topic_is_exact() {
    Engagement::type_1().topic("One line.\n\nAnother with a \u{202e}turn in it, and 漢 too.\n").finds([
        warning("TXT-20", "U+202E").at("description/01-service.md", "with a ^\u{202e}turn"),
        warning("TXT-29", "U+6F22").at_line("description/01-service.md", 9, 1),
    ]);
}
