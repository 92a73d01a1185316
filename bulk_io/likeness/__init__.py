"""Rows that may be one person, also where no phone number says so: proposals with reasons, never merges.

    columns ─facts→ words, numbers ─blocks→ candidate pairs ─gate→ whose names can be one ─evidence→ bits ─bands→ pairs

Whatever is compared is compared by arrays of numbers; Python sees each distinct word, number and company once.
`search` is the way in.
"""
