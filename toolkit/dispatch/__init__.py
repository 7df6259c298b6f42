"""Send finished reports upward and take them in (报送、接收).

Tests by another name:
    confinement: tests/dispatch/test_confined.py
"""
