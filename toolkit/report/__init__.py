"""What one organ answers for one year: read from a params file, checked in shape, written back."""

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
