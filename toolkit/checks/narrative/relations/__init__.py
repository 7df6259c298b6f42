"""What the figures say of each other: lists, percentages, changes, channels; and claims in words instead of figures."""
