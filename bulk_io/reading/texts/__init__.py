"""Tables that are plain text: encoding, dialect, and lines cut into cells."""
