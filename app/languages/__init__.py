"""The languages of the interface. Content stays in its own."""
