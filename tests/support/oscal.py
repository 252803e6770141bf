"""Reads OSCAL documents with a library of its own models, which are made from the published schemas.

    oscal.py FILE...

Prints one line for each: its kind, and how many of its main objects there are."""

import pathlib
import sys

from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.ssp import SystemSecurityPlan

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    if '"system-security-plan"' in path.read_text(encoding="utf-8")[:40]:
        plan = SystemSecurityPlan.oscal_read(path)
        parts = [part for r in plan.control_implementation.implemented_requirements for part in r.by_components]
        print("plan", len(plan.system_implementation.components), len(plan.control_implementation.implemented_requirements), len(parts))
    else:
        result = AssessmentResults.oscal_read(path).results[0]
        print("results", *(len(getattr(result, key) or []) for key in ("observations", "risks", "findings")))
