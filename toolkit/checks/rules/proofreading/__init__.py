"""Proofreading (文字审校): rules that need no figure, only words, marks and tables of what is right."""
