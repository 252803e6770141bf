//! The way out of the archive writer: buffered, and closed for good by the first failure.

use std::cell::Cell;
use std::io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::rc::Rc;

use super::hash::BUFFER;

/// Seen from outside while the archive writer owns the sink.
#[derive(Debug, Default)]
pub struct SinkState {
    position: Cell<u64>,
    length: Cell<u64>,
    closed: Cell<bool>,
}

impl SinkState {
    pub fn length(&self) -> u64 {
        self.length.get()
    }

    /// From now on everything is taken and nothing passed on.
    pub fn close(&self) {
        self.closed.set(true);
    }

    fn advance(&self, count: usize) {
        self.position.set(self.position.get() + count as u64);
        self.length.set(self.length.get().max(self.position.get()));
    }
}

/// Wraps an empty file. `ZipWriter` finishes its archive when it is dropped, even after a failure, and complains on
/// stderr when it cannot; a closed sink lets it, to no effect.
pub struct Sink<W: Write + Seek> {
    out: BufWriter<W>,
    state: Rc<SinkState>,
}

impl<W: Write + Seek> Sink<W> {
    pub fn new(out: W) -> (Self, Rc<SinkState>) {
        let state = Rc::new(SinkState::default());
        (Self { out: BufWriter::with_capacity(BUFFER, out), state: state.clone() }, state)
    }

    fn guard<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|error| error.kind() != ErrorKind::Interrupted) {
            self.state.close();
        }
        result
    }
}

impl<W: Write + Seek> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = if self.state.closed.get() {
            bytes.len()
        } else {
            let result = self.out.write(bytes);
            self.guard(result)?
        };
        self.state.advance(count);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.state.closed.get() {
            return Ok(());
        }
        let result = self.out.flush();
        self.guard(result)
    }
}

impl<W: Write + Seek> Seek for Sink<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(delta) => self.state.position.get().checked_add_signed(delta),
            SeekFrom::End(delta) => self.state.length.get().checked_add_signed(delta),
        };
        let position = position.ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
        if !self.state.closed.get() {
            let result = self.out.seek(SeekFrom::Start(position));
            self.guard(result)?;
        }
        self.state.position.set(position);
        Ok(position)
    }

    /// Without emptying the buffer.
    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.state.position.get())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn positions_are_those_of_the_file() {
        let mut file = Cursor::new(Vec::new());
        let (mut sink, state) = Sink::new(&mut file);
        sink.write_all(b"abcdef").unwrap();
        assert_eq!(sink.stream_position().unwrap(), 6);
        sink.seek(SeekFrom::Start(1)).unwrap();
        sink.write_all(b"X").unwrap();
        assert_eq!(sink.stream_position().unwrap(), 2);
        assert_eq!(sink.seek(SeekFrom::End(0)).unwrap(), 6);
        assert!(sink.seek(SeekFrom::Current(-7)).is_err());
        sink.flush().unwrap();
        assert_eq!(state.length(), 6);
        drop(sink);
        assert_eq!(file.into_inner(), b"aXcdef");
    }

    #[test]
    fn nothing_goes_out_after_closing() {
        let mut file = Cursor::new(Vec::new());
        let (mut sink, state) = Sink::new(&mut file);
        sink.write_all(b"ab").unwrap();
        sink.flush().unwrap();
        state.close();
        sink.write_all(b"cd").unwrap();
        assert_eq!(sink.seek(SeekFrom::End(0)).unwrap(), 4);
        drop(sink);
        assert_eq!(file.into_inner(), b"ab");
    }
}
