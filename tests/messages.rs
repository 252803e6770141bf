//! x
mod support;
use support::*;

#[test]
fn base_is_clean() {
    for e in [Engagement::type_2(), Engagement::type_1(), Engagement::type_2().with_exception(), Engagement::type_2().issued()] {
        let run = e.check();
        assert_eq!((run.code, run.findings().len()), (0, 0), "{:#?}", run.findings());
    }
    let e = Engagement::type_2().with_exception().exhibit("E-1", "a.txt", "hello").exhibit("E-2", "b.txt", "world");
    let b = e.build();
    let p = b.report();
    p.is_sound();
    p.is_within_its_pages();
    p.has_bookmarks_without_gaps();
    println!("{:#?}", p.links());
    println!("{:?}", p.fonts());
    println!("{:?}", p.info());
    println!("{:?}", b.archive().entries());
    println!("{:?}", b.archive().verified());
    println!("{}", b.archive().manifest());
    println!("{}", p.second_reading().len());
}
