"""What is quoted elsewhere: citations, which keep the result that they cite, and certificates of figures."""
