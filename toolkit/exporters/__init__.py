"""Turn an executed notebook into the bytes of a PDF, HTML, DOCX or XLSX file.

Tests by another name:
    label_lines: tests/exporters/test_pdf_tables.py
    notebook_exporter: tests/exporters/test_html.py, tests/exporters/test_docx.py
"""
