"""What stands in the form, without widgets: typed values, findings with their mends, links, saving, words of an office."""
