"""Ground that every stage builds on: errors, files, fonts, logs, settings."""
