"""Take in mails and files, examine them in confined processes, store or quarantine them."""
