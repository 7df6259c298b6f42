"""The order of the tests over the workers: a browser mostly waits, so others use the processor meanwhile.

In: the names of the tests as collected. Out: whole files for each worker. The files of ``tests/browser`` come first, in two
lots for two workers (each with its own JupyterLab); then the others, those that take longest first, so that none of them
begins when the other workers have nothing left.
"""

from __future__ import annotations

from collections.abc import Sequence

LOTS = 2
# Begins in a window without JupyterLab, or ends with another notebook in it: elsewhere each would load JupyterLab once more.
PLACES = {"browser/test_lab.py": -1, "browser/test_overview_screen.py": 1}
# Seconds of processor time of the files that take longest, on a quiet machine. They are for the order and the lots only, and
# need not be exact.
SECONDS = {
    "browser/test_form_access.py": 13, "browser/test_form_elsewhere.py": 12, "browser/test_form_findings.py": 10,
    "browser/test_form_finish.py": 22, "browser/test_form_grid.py": 14, "browser/test_form_preview.py": 7,
    "browser/test_form_read_only.py": 12, "browser/test_form_text.py": 9, "browser/test_html_report.py": 14,
    "browser/test_input_method.py": 18, "browser/test_lab.py": 22, "browser/test_overview_screen.py": 10,
    "browser/test_persistence.py": 55, "browser/test_register_screen.py": 24, "browser/test_start_screen.py": 20,
    "building/test_batch.py": 14, "building/test_cluster.py": 12, "building/test_fingerprint.py": 4,
    "building/test_stock_path.py": 15, "checks/test_running.py": 12, "core/test_machine.py": 11, "core/test_processes.py": 8,
    "deploy/test_bundle.py": 6,
    "dispatch/test_collecting.py": 12, "dispatch/test_commands.py": 5, "dispatch/test_confined.py": 7,
    "dispatch/test_documents_by_mail.py": 8, "dispatch/test_hostile_intake.py": 7, "dispatch/test_killed.py": 6,
    "dispatch/test_mailbox.py": 8, "dispatch/test_one_year.py": 6, "dispatch/test_sealed_scans.py": 9,
    "dispatch/test_signing.py": 4,
    "engine/test_engine.py": 49, "forms/test_new_edition.py": 6, "importing/test_from_pdf.py": 18,
    "importing/test_from_scan.py": 22, "importing/test_pdf_shapes.py": 18, "importing/test_recognition.py": 4,
    "importing/test_round_trip.py": 18, "importing/test_wrong_digits.py": 9, "register/test_ledger.py": 7,
    "report/test_workbook_form.py": 7, "report/test_writing.py": 4, "rollup/test_archive.py": 7, "rollup/test_overview.py": 4,
    "rollup/test_publishing.py": 6, "rollup/test_warehouse.py": 5, "rollup/test_year.py": 14, "test_cli.py": 20,
    "test_installation.py": 9, "test_one_verdict.py": 20, "test_project.py": 7, "test_working_folder.py": 4,
}  # fmt: skip
USUAL = 0.01  # of one test of another file
USUAL_IN_BROWSER = 4  # of another file that drives a browser


def split_into_shares(tests: Sequence[str]) -> list[list[int]]:
    """Split the tests into what a worker takes at a time: positions in ``tests``, in the order in which they are given out."""
    files: dict[str, list[int]] = {}
    for at, test in enumerate(tests):
        files.setdefault(test.partition("::")[0], []).append(at)
    seconds = {file: _seconds(file, len(positions)) for file, positions in files.items()}
    lots: list[list[str]] = [[] for _ in range(LOTS)]
    loads = [0.0] * LOTS
    others = []
    for file in sorted(files, key=lambda file: -seconds[file]):
        if _is_browser(file):
            lot = loads.index(min(loads))
            loads[lot] += seconds[file]
            lots[lot].append(file)
        else:
            others.append(files[file])
    in_place = (sorted(lot, key=lambda file: PLACES.get(file.removeprefix("tests/"), 0)) for lot in lots if lot)
    return [[at for file in lot for at in files[file]] for lot in in_place] + others


def _seconds(file: str, tests: int) -> float:
    usual = USUAL_IN_BROWSER if _is_browser(file) else USUAL * tests
    return SECONDS.get(file.removeprefix("tests/"), usual)


def _is_browser(file: str) -> bool:
    return file.startswith("tests/browser/")
