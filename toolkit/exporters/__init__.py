"""Turn an executed notebook into the files of a format: PDF, HTML, DOCX, XLSX, a fragment for web sites.

Tests by another name:
    finished: tests/building/test_run_report.py
    label_lines: tests/exporters/test_pdf_tables.py
    notebook_exporters: tests/exporters/test_html.py, tests/exporters/test_docx.py
"""
