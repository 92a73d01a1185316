"""Where the table lies among the rows of a file: header, body, foot, and what stands around them."""
