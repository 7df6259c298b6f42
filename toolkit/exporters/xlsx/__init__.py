"""Write the tables of a document as XLSX."""
