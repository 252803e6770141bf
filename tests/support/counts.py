"""Counts an engagement folder from its source files, without the program: tomllib and csv only.

Prints JSON: the records that tests look for in the report, and the numbers that must stand in it.
"""

import csv
import json
import sys
import tomllib
from pathlib import Path

folder, catalogue = Path(sys.argv[1]), Path(sys.argv[2])
engagement = tomllib.loads((folder / "engagement.toml").read_text())


def table(name):
    """The records of a table, wherever it stands, with the fields of a sheet as TOML would have them."""
    if name in engagement:
        return engagement[name]
    if (folder / f"{name}.toml").exists():
        return tomllib.loads((folder / f"{name}.toml").read_text()).get(name, [])
    if not (folder / f"{name}.csv").exists():
        return []
    rows = []
    with open(folder / f"{name}.csv", newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            record = {key: value.strip() for key, value in row.items() if value and value.strip()}
            for key in ("criteria", "tests", "controls", "evidence"):
                if key in record:
                    record[key] = [part.strip() for part in record[key].split(";")]
            counts = {key: int(record[key]) for key in ("population", "sample", "deviations") if key in record}
            record.update(counts)
            if name == "tests" and "procedure" not in record:
                first = rows[-1].setdefault("populations", [dict(rows[-1])])
                first.append(record)
            else:
                rows.append(record)
    return rows


def total(test, key):
    """A number of a test over all its populations."""
    parts = test.get("populations") or [test]
    numbers = [part[key] for part in parts if key in part]
    return sum(numbers) if numbers else None


names = ["security", "availability", "processing-integrity", "confidentiality", "privacy"]
wanted = {"security", *engagement["categories"]}
scope = [name for name in names if name in wanted]
with open(catalogue, newline="") as file:
    criteria = [row for row in csv.DictReader(file, delimiter="\t") if row["category"] in wanted]

controls, tests, exceptions = table("controls"), table("tests"), table("exceptions")
by_control = {control["id"]: [test for test in tests if test["control"] == control["id"]] for control in controls}


def deviated(test):
    return test["result"] == "deviation"


def idle(control):
    own = by_control[control["id"]]
    return bool(own) and all(test["result"] == "did-not-operate" for test in own)


def numbers(own_criteria):
    """Criteria, controls, tests, tests with exceptions, exceptions, controls that did not operate."""
    ids = {row["id"] for row in own_criteria}
    own = [control for control in controls if ids & set(control["criteria"])]
    their_tests = [test for control in own for test in by_control[control["id"]]]
    labels = {test["exception"] for test in their_tests if deviated(test)}
    return [
        len(own_criteria),
        len(own),
        len(their_tests),
        sum(map(deviated, their_tests)),
        len(labels),
        sum(map(idle, own)),
    ]


by_criterion = []
for row in criteria:
    own = [control for control in controls if row["id"] in control["criteria"]]
    counted = numbers([row])
    labels = []
    for control in own:
        for test in by_control[control["id"]]:
            if deviated(test) and test["exception"] not in labels:
                labels.append(test["exception"])
    by_criterion.append(
        {
            "id": row["id"],
            "title": row["short_title"],
            "controls": [control["id"] for control in own],
            "counts": counted[1:4] + counted[5:],
            "exceptions": labels,
        }
    )

results = {}
for test in tests:
    results[test["result"]] = results.get(test["result"], 0) + 1

json.dump(
    {
        "type": engagement["type"],
        "organization": engagement["service_organization"]["name"],
        "scope": scope,
        "criteria": by_criterion,
        "categories": {name: numbers([row for row in criteria if row["category"] == name]) for name in scope},
        "total": [
            len(criteria),
            len(controls),
            len(tests),
            results.get("deviation", 0),
            len(exceptions),
            sum(map(idle, controls)),
        ],
        "results": results,
        "controls": [
            {"id": c["id"], "title": c.get("title"), "description": c["description"], "criteria": c["criteria"]}
            for c in controls
        ],
        "tests": [
            {
                "id": t["id"],
                "control": t["control"],
                "procedure": t["procedure"],
                "result": t["result"],
                "exception": t.get("exception"),
                "population": total(t, "population"),
                "sample": total(t, "sample"),
                "deviations": total(t, "deviations"),
            }
            for t in tests
        ],
        "exceptions": [
            {"id": x["id"], "nature": x["nature"], "response": x.get("response"), "rationale": x.get("rationale")}
            for x in exceptions
        ],
        "ids": {
            name: [record["id"] for record in table(name)]
            for name in (
                "cuecs",
                "csocs",
                "service_commitments",
                "system_requirements",
                "user_entity_responsibilities",
            )
        },
        "exhibits": [
            {"id": e["id"], "file": e["file"], "tests": e.get("tests", []), "controls": e.get("controls", [])}
            for e in table("evidence")
        ],
        "cited": {
            e["id"]: sorted({t["id"] for t in tests if e["id"] in t.get("evidence", [])} | set(e.get("tests", [])))
            for e in table("evidence")
        },
        "topics": len(list((folder / "description").glob("*.md"))),
    },
    sys.stdout,
)
