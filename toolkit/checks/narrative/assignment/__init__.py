"""Fifth stage: one meaning for each doubtful figure, chosen when the whole report is read."""
