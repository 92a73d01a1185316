"""Files of records rather than of rows and columns: cards, JSON, pages, Parquet."""
