"""Turn an executed notebook into the bytes of a PDF, HTML, DOCX or XLSX file."""
