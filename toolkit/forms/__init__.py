"""The statutory form (政府信息公开工作年度报告格式) as data."""

from toolkit.forms.definition import (
    Address,
    Column,
    Form,
    Identity,
    Outcome,
    Part,
    Row,
    Table,
    all_forms,
    form_by_id,
    form_for_year,
    fullest_form,
    row_label,
)
from toolkit.forms.layout import PrintedCell, PrintedTable, print_part

__all__ = [
    "Address",
    "Column",
    "Form",
    "Identity",
    "Outcome",
    "Part",
    "PrintedCell",
    "PrintedTable",
    "Row",
    "Table",
    "all_forms",
    "form_by_id",
    "form_for_year",
    "fullest_form",
    "print_part",
    "row_label",
]
