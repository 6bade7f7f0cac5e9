"""What turns the pages of the book into the site: languages, parity, search, maths, speed."""
