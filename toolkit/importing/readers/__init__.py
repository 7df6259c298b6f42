"""Read one document format each into lines, grids and pictures.

Tests by another name:
    delimited, mail: tests/importing/test_mail_and_csv.py
    encoding: tests/importing/test_from_html.py
    formats: tests/importing/test_limits.py
    office: tests/importing/test_from_docx.py
    opc: tests/importing/test_damaged_files.py
    sheet: tests/importing/test_from_xlsx.py
    shown: tests/importing/test_shown_in_workbook.py
    text: tests/importing/test_from_text.py
"""
