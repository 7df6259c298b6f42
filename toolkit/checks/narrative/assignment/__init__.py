"""Fourth stage: one meaning for each figure, chosen when the whole report is read, and held against the tables."""
