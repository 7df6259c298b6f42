"""Split the text of a published report into parts and facts."""
