"""What `bulk` starts for each core: tasks at standard input, replies at standard output."""

import signal

from . import _socpress

if __name__ == "__main__":
    # An interruption is the host's to handle; the worker ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _socpress.serve()
