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
# Seconds of the files that take longest: sums of what ``pytest --durations=0`` prints of a whole run on two cores. They are for
# the order and the lots only, and need not be exact.
SECONDS = {
    "browser/test_form_access.py": 16, "browser/test_form_elsewhere.py": 16, "browser/test_form_findings.py": 11,
    "browser/test_form_finish.py": 46, "browser/test_form_grid.py": 20, "browser/test_form_preview.py": 7,
    "browser/test_form_read_only.py": 13, "browser/test_form_scan.py": 2, "browser/test_form_text.py": 6,
    "browser/test_html_report.py": 12, "browser/test_input_method.py": 61, "browser/test_lab.py": 35,
    "browser/test_overview_screen.py": 13, "browser/test_persistence.py": 143, "browser/test_register_screen.py": 58,
    "browser/test_start_screen.py": 12, "building/test_batch.py": 39, "building/test_cluster.py": 26,
    "building/test_stock_path.py": 18, "checks/test_held_out_second.py": 7, "checks/test_held_out_third.py": 10,
    "checks/test_learnt.py": 7, "checks/test_localisation.py": 6, "checks/test_reading_cases.py": 13,
    "checks/test_running.py": 12, "core/test_processes.py": 6, "deploy/test_bundle.py": 8, "dispatch/test_collecting.py": 29,
    "dispatch/test_commands.py": 6, "dispatch/test_comparing.py": 11, "dispatch/test_confined.py": 5,
    "dispatch/test_documents_by_mail.py": 15, "dispatch/test_following.py": 6, "dispatch/test_hostile_intake.py": 10,
    "dispatch/test_killed.py": 6, "dispatch/test_mailbox.py": 37, "dispatch/test_one_year.py": 9, "dispatch/test_page.py": 9,
    "dispatch/test_reporting_up.py": 11, "dispatch/test_sealed_scans.py": 21, "dispatch/test_signing.py": 8,
    "engine/test_engine.py": 99, "entry/test_desk.py": 5, "exporters/test_docx.py": 7, "exporters/test_readback.py": 8,
    "forms/test_new_edition.py": 16, "importing/test_covered_cells.py": 6, "importing/test_damaged_pdf.py": 6,
    "importing/test_from_docx.py": 12, "importing/test_from_html.py": 13, "importing/test_from_pdf.py": 41,
    "importing/test_from_scan.py": 157, "importing/test_grids.py": 9, "importing/test_mail_and_csv.py": 6,
    "importing/test_pdf_shapes.py": 58, "importing/test_recognition.py": 5, "importing/test_round_trip.py": 57,
    "importing/test_rulings.py": 31, "importing/test_shown_in_word.py": 5, "importing/test_shown_in_workbook.py": 15,
    "importing/test_side_by_side.py": 11, "importing/test_strokes.py": 7, "importing/test_wrong_digits.py": 15,
    "jupyter/test_form_notebook.py": 6, "register/test_ledger.py": 6, "register/test_sample.py": 6,
    "report/test_workbook_form.py": 9, "rollup/test_archive.py": 6, "rollup/test_commands.py": 6,
    "rollup/test_overview.py": 7, "rollup/test_publishing.py": 8, "rollup/test_warehouse.py": 7, "rollup/test_year.py": 24,
    "test_bad_input.py": 8, "test_cli.py": 45, "test_installation.py": 19, "test_one_verdict.py": 41, "test_project.py": 5,
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
