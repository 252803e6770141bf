"""Compares the sheets of a workbook, as a spreadsheet program saved them, with the tables in CSV.

    same_cells.py FOLDER_OF_SAVED_SHEETS WORKBOOK_STEM FOLDER_OF_TABLES

Prints how many tables and cells are the same; the first that is not ends it."""

import csv
import pathlib
import sys


def cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[cell.strip().replace("\r\n", "\n") for cell in row] for row in csv.reader(file)]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


saved, stem, tables = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
count = total = 0
for table in sorted(tables.glob("*.csv")):
    expected, found = cells(table), cells(saved / f"{stem}-{table.stem}.csv")
    assert len(expected) == len(found), f"{table.stem}: {len(found)} rows instead of {len(expected)}"
    for number, (wanted, got) in enumerate(zip(expected, found), start=1):
        got += [""] * (len(wanted) - len(got))
        for head, a, b in zip(expected[0], wanted, got):
            assert a == b, f"{table.stem}, row {number}, {head}: {b!r} instead of {a!r}"
            total += a != ""
    count += 1
print(count, total)
