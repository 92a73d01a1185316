"""Workbooks: what libraries read of them, completed by what they leave out or misread."""
