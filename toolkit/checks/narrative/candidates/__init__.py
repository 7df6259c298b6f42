"""Third stage: what each figure may count, with a degree, from the words around it and what was read before."""
