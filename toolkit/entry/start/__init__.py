"""The start screen: open, begin or import a report, and put a broken file right."""
