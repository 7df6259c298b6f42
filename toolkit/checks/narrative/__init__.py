"""Read the figures of a report's text: tokens, figures, quantities, lists, shares, growths and claims."""
