"""Set the picture for the public (一图读懂) as PNG and PDF, and the draft of the 解读 as a Word file.

Tests by another name:
    setting: tests/exporters/test_tujie.py
"""
