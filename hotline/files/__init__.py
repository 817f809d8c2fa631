"""Reading of YAML files into the core: every problem of every file at once, with its location and its remedy."""

from hotline.files.findings.codes import CODES, Explanation, explain
from hotline.files.findings.finding import Finding
from hotline.files.findings.printed import as_json, render
from hotline.files.loading.gaps import check_coverage
from hotline.files.loading.holiday_notes import check_holidays
from hotline.files.loading.limits_exceeded import check_limits
from hotline.files.loading.load import Loaded, load, load_texts, read_files
from hotline.files.loading.longest_waits import check_waits
from hotline.files.loading.without_effect import check_effects

__all__ = [
    "CODES",
    "Explanation",
    "Finding",
    "Loaded",
    "as_json",
    "check_coverage",
    "check_effects",
    "check_holidays",
    "check_limits",
    "check_waits",
    "explain",
    "load",
    "load_texts",
    "read_files",
    "render",
]
