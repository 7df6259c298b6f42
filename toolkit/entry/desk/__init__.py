"""One report under edit: changes, draft, journal, lock, recovery."""
