"""Lists the entries of a ZIP file as JSON, as Python's own reader sees them."""

import hashlib
import json
import sys
import zipfile

METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}

with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    json.dump(
        [
            {
                "name": info.filename,
                "size": info.file_size,
                "time": info.date_time,
                "mode": f"{info.external_attr >> 16 & 0o7777:o}",
                "method": METHODS.get(info.compress_type, "other"),
                "sha256": hashlib.sha256(archive.read(info)).hexdigest(),
            }
            for info in archive.infolist()
        ],
        sys.stdout,
    )
