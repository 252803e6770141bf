//! All rules over engagements of growing size: `cargo bench --profile release --bench review`. One core: rules run on one
//! thread.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use socpress::diagnostics::Findings;
use socpress::model::Rollup;
use socpress::{compose, load, review, rules};

/// A folder with so many controls, and three tests for each. Every text differs from the others.
fn folder(at: &Path, controls: usize) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/type2-full");
    std::fs::create_dir_all(at.join("description")).expect("a folder");
    let engagement = std::fs::read_to_string(sample.join("engagement.toml")).expect("the sample");
    let until = engagement.find("[[changes]]").unwrap_or(engagement.len());
    std::fs::write(at.join("engagement.toml"), &engagement[..until]).expect("written");
    for entry in std::fs::read_dir(sample.join("description")).expect("topics") {
        let path = entry.expect("a topic").path();
        if path.is_dir() {
            continue;
        }
        std::fs::copy(&path, at.join("description").join(path.file_name().expect("a name"))).expect("copied");
    }
    let criteria = ["CC6.1", "CC6.2", "CC7.2", "CC8.1", "CC1.1", "CC2.1", "CC3.2", "CC9.2"];
    let (mut matrix, mut tests) = (String::new(), String::new());
    for n in 1..=controls {
        let _ = write!(
            matrix,
            "[[controls]]\nid = \"ACC-{n}\"\ntitle = \"Review of register {n}\"\ndescription = \"Each quarter the owner of register {n} compares its {} entries with the list of roles of team {} and removes what nobody needs; the record names reviewer, day and result.\"\ncriteria = [\"{}\", \"{}\"]\nowner = \"Register Owner\"\nfrequency = \"quarterly\"\nnature = \"manual\"\n\n",
            n * 7,
            n * 13,
            criteria[n % 8],
            criteria[(n + 3) % 8],
        );
        for t in 1..=3 {
            let _ = write!(
                tests,
                "[[tests]]\nid = \"T-{n}-{t}\"\ncontrol = \"ACC-{n}\"\nprocedure = \"Inspected the record of register {n} for quarter {t} and determined whether reviewer, day and result were named.\"\nmethods = [\"inspection\"]\npopulation = 4\npopulation_description = \"reviews due in the period\"\npopulation_source = \"Calendar of controls\"\nsample = 2\ndeviations = 0\nresult = \"no-deviation\"\ntested_on = 2026-01-12\n\n"
            );
        }
    }
    std::fs::write(at.join("controls.toml"), matrix).expect("written");
    std::fs::write(at.join("tests.toml"), tests).expect("written");
}

fn rules_over(c: &mut Criterion) {
    let mut group = c.benchmark_group("all rules");
    group.sample_size(10);
    for controls in [100, 1_000, 10_000] {
        let temp = tempfile::tempdir().expect("a folder");
        folder(temp.path(), controls);
        let engagement = load::load(temp.path(), None).engagement.expect("an engagement");
        group.bench_with_input(BenchmarkId::from_parameter(controls), &engagement, |b, engagement| {
            b.iter(|| {
                let rollup = Rollup::of(engagement);
                let mut findings = Findings::default();
                review::review(engagement, &rollup, rules::all(), &mut findings);
                let written = compose::letters_of(engagement, &rollup, &mut Findings::default());
                review::review_letters(engagement, &written, &mut findings);
                black_box(findings)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, rules_over);
criterion_main!(benches);
