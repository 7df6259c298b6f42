"""JavaScript and CSS of the form."""
