"""Write a document as one HTML page."""
