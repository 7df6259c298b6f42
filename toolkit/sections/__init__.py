"""Turn answers into titles, paragraphs, tables and charts: the blocks that exporters set."""
