"""Places that claims are about, and which lies in which: a village in an oblast, an oblast in a country."""
