fn main() -> std::process::ExitCode {
    socpress::cli::run()
}
