/// Lays its memory out in huge pages, which spares a report tens of thousands of page faults.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    socpress::cli::run()
}
