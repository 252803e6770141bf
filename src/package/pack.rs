//! One pass over the evidence: each file is read once, and that reading gives its hash, its type and its entry in the
//! archive. Files and blocks of large files are worked on by the threads of the pool; what comes out is written in order,
//! so that the bytes do not depend on the number of threads. Never more than a few blocks are in memory.

use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use rayon::{Scope, Yield};

use super::archive::{Archive, Open, PackageError, pack_whole};
use super::container::Method;
use super::deflate::{BLOCK, WINDOW, deflate};
use super::encryption::Passphrase;
use super::hash::{FileHash, HEAD, Sha256Writer};
use super::hygiene::{Scanner, Sign};
use super::media::{is_compressed, media_type};

/// Blocks that may be in memory at once, however many threads there are.
const MOST_BLOCKS: usize = 32;

/// A small file counts at least so much, so that the waiting ones stay few.
const LEAST: usize = 8 << 10;

/// How exhibits go into the archive.
#[derive(Debug, Clone)]
pub struct PackOptions {
    /// From 0 (not at all) to 9 (small and slow).
    pub level: u32,
    /// Encrypts every entry.
    pub passphrase: Option<Passphrase>,
}

impl PackOptions {
    pub const LEVEL: u32 = 6;
}

impl Default for PackOptions {
    fn default() -> Self {
        Self { level: Self::LEVEL, passphrase: None }
    }
}

/// Told how far the reading of the evidence is.
pub trait Progress: Sync {
    /// So many bytes are to be read.
    fn begin(&self, _total: u64) {}

    /// So many more were read.
    fn read(&self, _bytes: u64) {}
}

/// Tells nobody.
pub struct Unseen;

impl Progress for Unseen {}

/// A file to be read, and its place in the archive.
#[derive(Debug)]
pub(super) struct EvidenceFile<'a> {
    pub disk: &'a Path,
    /// By which its type is told.
    pub name: &'a str,
    pub archive_path: String,
    /// Personal data in bulk is looked for.
    pub with_personal: bool,
}

/// What reading a file showed.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub hash: FileHash,
    pub media_type: &'static str,
    /// What should not lie in the package.
    pub signs: Vec<Sign>,
}

/// Whether a file of this type is compressed.
pub(super) fn method(media_type: &str, level: u32) -> Method {
    if level == 0 || is_compressed(media_type) { Method::Stored } else { Method::Deflated }
}

/// Whether a file of this type goes into the archive as it is.
pub fn is_stored(media_type: &str, options: &PackOptions) -> bool {
    method(media_type, options.level) == Method::Stored
}

/// Why a file could not be packed.
#[derive(Debug)]
enum Fault {
    Read(io::Error),
    Changed,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Read(error)
    }
}

impl Fault {
    fn at(self, path: &Path) -> PackageError {
        let path = path.to_owned();
        match self {
            Fault::Read(source) => PackageError::Read { path, source },
            Fault::Changed => PackageError::Changed { path },
        }
    }
}

/// An open file, and what it was when it was opened.
struct Reading {
    file: File,
    before: Metadata,
}

impl Reading {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let before = file.metadata()?;
        Ok(Self { file, before })
    }

    fn size(&self) -> u64 {
        self.before.len()
    }

    /// Fills the buffer, or less at the end of the file.
    fn fill(&mut self, buffer: &mut Vec<u8>, size: usize) -> io::Result<()> {
        buffer.clear();
        (&mut self.file).take(size as u64).read_to_end(buffer).map(|_| ())
    }

    /// At the end: nothing more is there, and nobody wrote to the file meanwhile.
    fn settle(&mut self) -> Result<(), Fault> {
        let more = self.file.read(&mut [0])?;
        let after = self.file.metadata()?;
        let same = after.len() == self.before.len() && after.modified().ok() == self.before.modified().ok();
        if more == 0 && same { Ok(()) } else { Err(Fault::Changed) }
    }
}

/// Reads files into an archive, in their order.
pub(super) fn pack<W: Write + Seek>(
    files: &[EvidenceFile<'_>],
    archive: &mut Archive<W>,
    progress: &dyn Progress,
) -> Result<Vec<Content>, PackageError> {
    let options = archive.options.clone();
    // What cannot be read is told when its turn comes.
    progress.begin(files.iter().filter_map(|file| Some(file.disk.metadata().ok()?.len())).sum());
    rayon::in_place_scope(|scope| {
        let blocks = (2 * rayon::current_num_threads() + 2).min(MOST_BLOCKS);
        let line = Line {
            archive,
            waiting: VecDeque::new(),
            in_memory: 0,
            room: blocks * BLOCK,
            open: None,
            done: Vec::new(),
        };
        Packing { scope, line, options: &options, progress }.all(files)
    })
}

struct Packing<'p, 'scope, W: Write + Seek> {
    scope: &'p Scope<'scope>,
    line: Line<'p, W>,
    options: &'scope PackOptions,
    progress: &'scope dyn Progress,
}

impl<'scope, W: Write + Seek> Packing<'_, 'scope, W> {
    fn all(mut self, files: &'scope [EvidenceFile<'_>]) -> Result<Vec<Content>, PackageError> {
        for file in files {
            let found = file.disk.metadata().map_err(|error| Fault::Read(error).at(file.disk))?;
            match usize::try_from(found.len()) {
                Ok(size) if size <= BLOCK => self.small(file, size)?,
                _ => self.large(file)?,
            }
        }
        self.line.drain(0)?;
        Ok(self.line.done)
    }

    /// One job for the whole of it, which opens it too: thousands may wait, more than may be open.
    fn small(&mut self, file: &'scope EvidenceFile<'_>, size: usize) -> Result<(), PackageError> {
        let (options, progress) = (self.options, self.progress);
        let result = self.job(move || {
            let whole = whole(file, size, options, progress).map_err(|fault| fault.at(file.disk))?;
            Ok(Piece::Whole(Box::new(whole)))
        });
        self.line.push(Step::Piece(result), size.max(LEAST))
    }

    /// Read here, block by block, and compressed by others.
    fn large(&mut self, file: &'scope EvidenceFile<'_>) -> Result<(), PackageError> {
        let failed = |fault: Fault| fault.at(file.disk);
        let mut reading = Reading::open(file.disk).map_err(|error| failed(error.into()))?;
        let (level, total) = (self.options.level, reading.size());
        if total <= BLOCK as u64 {
            return Err(failed(Fault::Changed));
        }
        let mut hasher = Sha256Writer::new(io::sink());
        let mut scanner = Scanner::new(file.name, file.with_personal);
        let mut before = Vec::new();
        let mut left = total;
        let mut media = "";
        while left > 0 {
            // A file that grew is not followed.
            let next = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
            let mut block = Vec::with_capacity(next);
            reading.fill(&mut block, next).map_err(|error| failed(error.into()))?;
            let size = block.len();
            if size == 0 {
                return Err(failed(Fault::Changed));
            }
            if left == total {
                media = media_type(file.name, &block[..HEAD.min(size)]);
                let begin = Begin { name: &file.archive_path, method: method(media, level), size: total };
                self.line.push(Step::Begin(begin), 0)?;
            }
            hasher.write_all(&block).map_err(|error| failed(error.into()))?;
            scanner.feed(&block);
            self.progress.read(size as u64);
            left -= size as u64;
            let last = left == 0;
            let method = method(media, level);
            let end = block[size.saturating_sub(WINDOW)..].to_vec();
            let preceding = std::mem::replace(&mut before, end);
            let result = self.job(move || {
                let crc = crc32fast::hash(&block);
                let bytes = match method {
                    Method::Stored => block,
                    Method::Deflated => {
                        deflate(&block, &preceding, last, level).map_err(|error| Fault::Read(error).at(file.disk))?
                    }
                };
                Ok(Piece::Part { crc, size: size as u64, bytes })
            });
            self.line.push(Step::Piece(result), size)?;
        }
        reading.settle().map_err(failed)?;
        let content = Content { hash: hasher.finish().1, media_type: media, signs: scanner.finish() };
        self.line.push(Step::End(content), 0)
    }

    fn job(&self, work: impl FnOnce() -> Result<Piece, PackageError> + Send + 'scope) -> Receiver<JobResult> {
        let (sender, receiver) = channel();
        // Nobody receives when the packing has failed elsewhere.
        self.scope.spawn(move |_| drop(sender.send(work())));
        receiver
    }
}

/// A file that fits in a block.
fn whole(file: &EvidenceFile<'_>, size: usize, options: &PackOptions, progress: &dyn Progress) -> Result<Whole, Fault> {
    let mut reading = Reading::open(file.disk)?;
    let mut bytes = Vec::with_capacity(size);
    reading.fill(&mut bytes, size)?;
    progress.read(bytes.len() as u64);
    if bytes.len() != size || reading.size() != size as u64 {
        return Err(Fault::Changed);
    }
    reading.settle()?;
    let media_type = media_type(file.name, &bytes[..HEAD.min(bytes.len())]);
    let mut hasher = Sha256Writer::new(io::sink());
    hasher.write_all(&bytes)?;
    let mut scanner = Scanner::new(file.name, file.with_personal);
    scanner.feed(&bytes);
    let content = Content { hash: hasher.finish().1, media_type, signs: scanner.finish() };
    let (entry, packed) = pack_whole(&file.archive_path, bytes, method(media_type, options.level), options)?;
    Ok(Whole { entry, packed, content })
}

/// What a job makes.
enum Piece {
    Whole(Box<Whole>),
    Part { crc: u32, size: u64, bytes: Vec<u8> },
}

struct Whole {
    entry: super::container::Entry,
    packed: Vec<u8>,
    content: Content,
}

type JobResult = Result<Piece, PackageError>;

struct Begin<'a> {
    name: &'a str,
    method: Method,
    size: u64,
}

/// What is written, in this order.
enum Step<'a> {
    Begin(Begin<'a>),
    Piece(Receiver<JobResult>),
    End(Content),
}

/// What waits to be written.
struct Line<'a, W: Write + Seek> {
    archive: &'a mut Archive<W>,
    waiting: VecDeque<(Step<'a>, usize)>,
    in_memory: usize,
    room: usize,
    open: Option<Open>,
    done: Vec<Content>,
}

impl<'a, W: Write + Seek> Line<'a, W> {
    fn push(&mut self, step: Step<'a>, size: usize) -> Result<(), PackageError> {
        self.waiting.push_back((step, size));
        self.in_memory += size;
        self.drain(self.room)
    }

    /// Writes until no more than so much is waiting.
    fn drain(&mut self, most: usize) -> Result<(), PackageError> {
        while self.in_memory > most || (most == 0 && !self.waiting.is_empty()) {
            let Some((step, size)) = self.waiting.pop_front() else { return Ok(()) };
            self.write(step)?;
            self.in_memory -= size;
        }
        Ok(())
    }

    fn write(&mut self, step: Step<'_>) -> Result<(), PackageError> {
        match step {
            Step::Begin(begin) => self.open = Some(self.archive.open(begin.name, begin.method, begin.size)?),
            Step::End(content) => {
                if let Some(open) = self.open.take() {
                    self.archive.close(open)?;
                }
                self.done.push(content);
            }
            Step::Piece(job) => match finished(&job)? {
                Piece::Whole(whole) => {
                    self.archive.add_packed(whole.entry, &whole.packed)?;
                    self.done.push(whole.content);
                }
                Piece::Part { crc, size, bytes } => {
                    if let Some(open) = &mut self.open {
                        self.archive.append(open, bytes, crc, size)?;
                    }
                }
            },
        }
        Ok(())
    }
}

/// Waits for a job. A thread of the pool helps with the others meanwhile, or it might wait for itself.
fn finished(job: &Receiver<JobResult>) -> JobResult {
    let lost = || Err(PackageError::Lost);
    loop {
        match job.try_recv() {
            Ok(result) => return result,
            Err(TryRecvError::Disconnected) => return lost(),
            Err(TryRecvError::Empty) => match rayon::yield_now() {
                None => return job.recv().unwrap_or_else(|_| lost()),
                Some(Yield::Executed) => {}
                Some(Yield::Idle) => std::thread::yield_now(),
            },
        }
    }
}
