"""What one organ answers for one year: read from a params file, checked in shape, written back.

Tests by another name:
    complaints, read_form, yaml_reading: tests/report/test_reading.py
    opinion: tests/rollup/test_reviewing.py
    scanned: tests/entry/test_scanned_cells.py
    chart_words: tests/importing/test_round_trip.py
    yaml_editing: tests/report/test_writing.py
"""

from toolkit.report.model import Channel, Confirmation, Contact, Figures, Narrative, Organ, ProcessingFee, Report, Value
from toolkit.report.reading import read_report, report_from_parameters
from toolkit.report.writing import report_to_yaml, write_report

__all__ = [
    "Channel",
    "Confirmation",
    "Contact",
    "Figures",
    "Narrative",
    "Organ",
    "ProcessingFee",
    "Report",
    "Value",
    "read_report",
    "report_from_parameters",
    "report_to_yaml",
    "write_report",
]
