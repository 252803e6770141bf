//! The command line: help, messages, formats and exit codes that scripts rely on.

mod support;

use std::io::Read as _;
use std::process::{Command, Stdio};

use support::{Engagement, Run, output, socpress, socpress_in};

/// With an escape character of a colour in it.
fn is_colored(text: &str) -> bool {
    text.contains('\u{1b}')
}

fn faulty() -> Engagement {
    Engagement::type_2()
        .replace("tests.toml", "sample = 20", "sampel = 20")
        .file("surplus.txt", "no part of it")
        .replace("controls.toml", "criteria = [\"CC6.1\"", "criteria = [\"cc6.1\"")
}

#[test]
fn help_has_commands_examples_and_exit_codes() {
    for args in [["--help"], ["help"], ["-h"]] {
        let run = Run::of(socpress().args(args));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for word in [
            "init",
            "check",
            "build",
            "completions",
            "man",
            "Examples:",
            "socpress build acme -o out",
            "Exit codes: 0 fine",
        ] {
            assert!(run.stdout.contains(word), "{args:?}: {word}\n{}", run.stdout);
        }
    }
    for (command, words) in [
        ("init", &["--type", "--categories", "--tables", "Examples:", "type-1", "processing-integrity"][..]),
        ("check", &["--format", "Examples:", "FOLDER"]),
        ("build", &["--out", "--evidence-list", "--format", "Examples:", "exit code 1"]),
        ("completions", &["bash", "zsh", "fish"]),
        ("man", &["FOLDER"]),
    ] {
        let run = Run::of(socpress().args([command, "--help"]));
        assert_eq!(run.code, 0);
        for word in words.iter().chain(&["--color", "--quiet"]) {
            assert!(run.stdout.contains(word), "{command}: {word}\n{}", run.stdout);
        }
    }
}

/// Paragraphs fill the lines of the terminal, whatever its width.
#[test]
fn help_breaks_its_lines_by_itself() {
    for command in ["init", "check", "build"] {
        let text = Run::of(socpress().args([command, "--help"]).env("COLUMNS", "80")).stdout;
        let prose: Vec<&str> =
            text.lines().skip_while(|line| !line.starts_with("Examples:")).filter(|l| !l.starts_with(' ')).collect();
        for pair in
            prose.windows(2).filter(|pair| !pair[0].is_empty() && !pair[1].is_empty() && !pair[0].ends_with(':'))
        {
            let next = pair[1].split_whitespace().next().unwrap_or_default();
            assert!(pair[0].len() + next.len() >= 78, "{command}: a line ends early: {:?} {:?}", pair[0], pair[1]);
        }
    }
}

#[test]
fn version() {
    for args in [["--version"], ["-V"]] {
        let run = Run::of(socpress().args(args));
        assert_eq!((run.code, run.stdout.trim_end()), (0, concat!("socpress ", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
fn completions_for_every_shell() {
    for (shell, word) in [
        ("bash", "complete -F _socpress"),
        ("zsh", "#compdef socpress"),
        ("fish", "complete -c socpress"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let run = Run::of(socpress().args(["completions", shell]));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        assert!(run.stdout.contains(word) && run.stdout.contains("evidence-list"), "{shell}: {}", run.stdout);
    }
    let script = Run::of(socpress().args(["completions", "bash"])).stdout;
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("{script}\nCOMP_WORDS=(socpress bu); COMP_CWORD=1; _socpress socpress bu socpress; echo \"${{COMPREPLY[@]}}\"")]);
    assert_eq!(output(&mut bash).trim(), "build bulk");
}

#[test]
fn manual_pages() {
    let engagement = Engagement::empty();
    let folder = engagement.path().join("man");
    assert_eq!(Run::of(socpress().arg("man").arg(&folder)).code, 0);
    for (page, word) in [
        ("socpress.1", "init"),
        ("socpress-build.1", "evidence"),
        ("socpress-check.1", "format"),
        ("socpress-init.1", "categories"),
    ] {
        let text = std::fs::read_to_string(folder.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".TH") && text.contains(word), "{page}");
    }
    let run = Run::of(socpress().args(["man", "/proc/nowhere"]));
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
}

// --- Exit codes ----------------------------------------------------------------------------------------------------

#[test]
fn exit_codes() {
    let good = Engagement::type_2();
    let (path, out) = (good.path(), good.out());
    assert_eq!(Run::of(socpress().arg("check").arg(path)).code, 0);
    assert_eq!(Run::of(socpress().arg("build").arg(path).arg("-o").arg(&out)).code, 0);
    let warned = Engagement::type_2().file("surplus.txt", "");
    assert_eq!(Run::of(socpress().arg("check").arg(warned.path())).code, 0, "warnings are no failure");
    let bad = faulty();
    assert_eq!(Run::of(socpress().arg("check").arg(bad.path())).code, 1);
    assert_eq!(Run::of(socpress().arg("build").arg(bad.path()).arg("-o").arg(bad.out())).code, 1);
    let draft = Engagement::type_2().replace("tests.toml", "sample = 20", "sample = 200");
    let run = Run::of(socpress().arg("build").arg(draft.path()).arg("-o").arg(draft.out()));
    assert_eq!(run.code, 1, "a draft that is built with errors");
    assert!(draft.out().join("report.pdf").is_file());
    for args in [
        &["build"][..],
        &[],
        &["bild", "x"],
        &["build", "x", "--fast"],
        &["check", "x", "--format", "xml"],
        &["init", "x", "--type", "3"],
    ] {
        let run = Run::of(socpress().args(args));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains("Usage") || run.stderr.contains("try '--help'"), "{args:?}: {}", run.stderr);
    }
    assert!(Run::of(socpress().args(["bild", "x"])).stderr.contains("'build'"), "a suggestion");
    assert_eq!(Run::of(socpress().args(["check", "/nowhere/at/all"])).code, 3);
}

// --- What goes where -----------------------------------------------------------------------------------------------

#[test]
fn people_read_standard_error_and_scripts_standard_output() {
    let engagement = faulty();
    let people = Run::of(socpress().arg("check").arg(engagement.path()));
    assert_eq!(people.stdout, "");
    assert!(people.stderr.contains("error[INP-08]"), "{}", people.stderr);
    for command in ["check", "build"] {
        let run = Run::of(socpress().args([command, "--format", "json"]).arg(engagement.path()).arg("--color=always"));
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{command}");
        let json = run.json();
        assert_eq!(json["format"], 1);
        assert_eq!(json["generator"], format!("socpress {}", env!("CARGO_PKG_VERSION")));
        assert_eq!(json["tally"]["errors"], 1);
        assert!(!is_colored(&run.stdout));
        assert!(run.stdout.ends_with("}\n"));
    }
    let built = Engagement::type_2().build();
    assert_eq!(built.run.stderr, "", "nothing but the document");
    assert_eq!(built.run.json()["outputs"][0]["name"], "report.pdf");
    let good = Engagement::type_2();
    let counts = good.check().json()["counts"].clone();
    assert_eq!(
        (counts["criteria"].as_u64(), counts["controls"].as_u64(), counts["tests"].as_u64()),
        (Some(33), Some(3), Some(3))
    );
}

#[test]
fn a_build_tells_what_it_made() {
    let engagement = Engagement::type_2().exhibit("E-1", "log.txt", "first");
    let run = Run::of(socpress().arg("build").arg(engagement.path()).arg("-o").arg(engagement.out()));
    assert_eq!(run.stdout, "");
    for name in ["report.pdf", "evidence.zip", "build.json"] {
        assert!(run.stderr.contains(&engagement.out().join(name).display().to_string()), "{}", run.stderr);
    }
    assert!(run.stderr.contains(" pages)"), "{}", run.stderr);
    let lines = run.stderr.lines().filter(|line| line.starts_with('/')).count();
    assert_eq!(lines, 3, "{}", run.stderr);
}

#[test]
fn outputs_go_to_out_unless_said_otherwise() {
    let engagement = Engagement::type_2();
    let folder = engagement.beside("elsewhere");
    std::fs::create_dir(&folder).expect("a folder");
    assert_eq!(Run::of(socpress_in(&folder).arg("build").arg("../engagement")).code, 0);
    assert!(folder.join("out/report.pdf").is_file());
}

#[test]
fn the_list_of_exhibits_can_be_asked_for() {
    let engagement = Engagement::type_2().exhibit("E-1", "log.txt", "first");
    let run =
        Run::of(socpress().arg("build").arg(engagement.path()).arg("--evidence-list").arg("-o").arg(engagement.out()));
    assert_eq!(run.code, 0);
    assert!(engagement.out().join("report-workpaper.pdf").is_file());
}

#[test]
fn quiet_prints_errors_only() {
    let engagement = faulty();
    let loud = Run::of(socpress().arg("check").arg(engagement.path()));
    assert!(
        loud.stderr.contains("warning[INP-15]")
            && loud.stderr.contains("note[INP-18]")
            && loud.stderr.contains("1 error, 1 warning"),
        "{}",
        loud.stderr
    );
    let quiet = Run::of(socpress().args(["check", "-q"]).arg(engagement.path()));
    assert_eq!(quiet.code, 1);
    assert!(quiet.stderr.contains("error[INP-08]"), "{}", quiet.stderr);
    for word in ["warning[", "note[", "1 error"] {
        assert!(!quiet.stderr.contains(word), "{word}: {}", quiet.stderr);
    }
    let good = Engagement::type_2();
    for command in ["check", "build"] {
        let run = Run::of(socpress().args(["--quiet", command]).arg(good.path()).current_dir(good.beside("")));
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{command}");
    }
}

#[test]
fn colors_when_asked_for_or_at_a_terminal() {
    let engagement = faulty();
    let said = |args: &[&str], variables: &[(&str, &str)]| {
        Run::of(socpress().args(args).arg(engagement.path()).envs(variables.iter().copied())).stderr
    };
    assert!(!is_colored(&said(&["check"], &[])), "not at a terminal");
    assert!(is_colored(&said(&["check", "--color", "always"], &[])));
    assert!(is_colored(&said(&["--color=always", "check"], &[("NO_COLOR", "1")])), "the option weighs more");
    assert!(!is_colored(&said(&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")])));
    assert!(is_colored(&said(&["check"], &[("CLICOLOR_FORCE", "1")])));
}

/// Text of the user may hold what a terminal would obey.
#[test]
fn escape_characters_of_the_user_do_not_reach_the_terminal() {
    let engagement = Engagement::type_2()
        .file("acronyms.csv", "short,long,x\nETA,\u{1b}[31mred\u{7},\u{1b}]0;title\u{7}\n")
        .file("a\u{1b}[31m.txt", "");
    let run = Run::of(socpress().arg("check").arg(engagement.path()));
    assert_eq!(run.code, 0);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{7}'), "{:?}", run.stderr);
}

/// A reader that goes away early is no fault, and no panic.
#[test]
fn a_closed_pipe_is_no_failure() {
    let engagement = faulty();
    for (args, target) in [
        (&["check", "--format", "json"][..], "stdout"),
        (&["check"], "stderr"),
        (&["completions", "bash"], "stdout"),
        (&["--help"], "stdout"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_socpress"));
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if args[0] == "check" {
            command.arg(engagement.path());
        }
        let mut child = command.spawn().expect("the program starts");
        if target == "stdout" {
            drop(child.stdout.take())
        } else {
            drop(child.stderr.take())
        }
        let mut said = String::new();
        if let Some(mut stderr) = child.stderr.take() {
            stderr.read_to_string(&mut said).expect("UTF-8");
        }
        let status = child.wait().expect("it ends");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        assert!(status.code().is_some_and(|code| code <= 1), "{args:?}: {status}");
    }
}

#[test]
fn a_rule_is_explained() {
    let run = Run::of(socpress().args(["explain", "tst-03"]));
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.starts_with("TST-03: Deviations, sample and population do not fit together\n(error)\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("the sample at most the population"));
    let run = Run::of(socpress().args(["explain", "TST-99"]));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no rule `TST-99`"), "{}", run.stderr);
}
