"""Fourth stage: what figures say of each other – lists, percentages, changes, channels – and claims in words."""
