//! Each stage of a build apart, on the large sample: `cargo bench --profile release`.

use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use socpress::compose::{self, Edition, Sources};
use socpress::diagnostics::Findings;
use socpress::model::Rollup;
use socpress::package::{self, Archive, FileFacts, Index, PackOptions, PackageFacts, Unseen};
use socpress::typeset::{self, Fonts};
use socpress::{load, review};

fn stages(c: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/type2-full");
    c.bench_function("load", |b| b.iter(|| black_box(load::load(&path, None))));

    let loaded = load::load(&path, None);
    let (folder, engagement) = (loaded.folder.expect("a folder"), loaded.engagement.expect("an engagement"));
    let rollup = Rollup::of(&engagement);
    c.bench_function("review", |b| {
        b.iter(|| {
            let rollup = Rollup::of(&engagement);
            let mut findings = Findings::default();
            review::review(&engagement, &rollup, socpress::rules::all(), &mut findings);
            black_box(findings)
        });
    });

    let root = folder.root().join("evidence");
    let read = engagement.clone();
    let index = Index { items: &read.evidence, tests: &read.tests, sampled: &[], with_personal: false, root: &root };
    let collect = || package::collect(index, &mut Findings::default());
    c.bench_function("collect evidence", |b| b.iter(|| black_box(collect())));

    let exhibits = collect();
    let fonts = Fonts::builtin();
    let engagement = compose::prepare(&engagement, fonts, &mut Findings::default());
    let sources = Sources {
        engagement: &engagement,
        rollup: &rollup,
        folder: &folder,
        firm_folder: None,
        fonts,
        exhibits: &exhibits,
        points: &[],
    };
    c.bench_function("all letters", |b| {
        b.iter(|| black_box(compose::letters_of(&engagement, &rollup, &mut Findings::default())));
    });
    let compose = || compose::compose(&sources, Edition::Issued, &mut Findings::default());
    c.bench_function("compose", |b| b.iter(|| black_box(compose())));

    let composed = compose();
    let mut group = c.benchmark_group("typeset");
    group.sample_size(10);
    let lay_out = || {
        typeset::lay_out(&composed.report, composed.assets.clone(), fonts, &mut Findings::default())
            .expect("is laid out")
    };
    group.bench_function("lay out", |b| b.iter(|| black_box(lay_out().pages())));
    let laid = lay_out();
    println!("{} pages", laid.pages());
    group.bench_function("export", |b| b.iter(|| black_box(laid.export(&mut Findings::default()))));
    group.finish();

    let facts = PackageFacts {
        service_organization: engagement.service_organization.name.value.clone(),
        system: engagement.service_organization.system.value.clone(),
        report: "SOC 2 Type II report".into(),
        covers: compose::covers(&engagement),
        generator: "bench".into(),
        file: FileFacts::default(),
    };
    c.bench_function("pack and seal evidence", |b| {
        b.iter(|| {
            let mut archive = Archive::new(Cursor::new(Vec::new()), PackOptions::default());
            let packed = package::collect_into(index, &mut archive, &Unseen, &mut Findings::default());
            package::seal(archive, &packed.expect("is packed"), &[], &facts, &[]).expect("is sealed")
        });
    });
}

criterion_group!(benches, stages);
criterion_main!(benches);
