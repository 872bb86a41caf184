"""Help for those who teach: plans of a lesson with times and links, and a worksheet for each page."""
