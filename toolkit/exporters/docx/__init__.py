"""Write a document as DOCX."""
