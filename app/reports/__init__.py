"""What readers say is wrong: reports of errors, about any number, and what editors answered to them."""
