"""Sign PDFs and check their signatures."""
