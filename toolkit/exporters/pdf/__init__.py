"""Set a document as PDF/A-3a and PDF/UA-1 with Typst, and read such a PDF."""
