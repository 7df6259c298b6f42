"""Write a document as a fragment for the editor of a web site (网站内容管理系统), with its charts as pictures.

Tests by another name:
    writing: tests/exporters/test_cms.py
"""
