"""Take in mails and files, examine them in confined processes, store or quarantine them.

Tests by another name:
    automatic: tests/dispatch/test_documents_by_mail.py
    documents: tests/dispatch/test_documents_by_mail.py
    examining, smime: tests/dispatch/test_mail_content.py
    judging: tests/dispatch/test_return_path.py, tests/dispatch/test_collecting.py
    imap_session: tests/dispatch/test_mailbox.py
    incoming, sources, store: tests/dispatch/test_collecting.py
    inspecting, reading_back: tests/dispatch/test_hostile_intake.py
    scans, sealed: tests/dispatch/test_sealed_scans.py
"""
