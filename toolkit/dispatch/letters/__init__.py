"""Write and send the mail that carries a report upward.

Tests by another name:
"""
