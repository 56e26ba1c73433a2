"""The same statement entered twice: found, merged into a claim with an appearance, and taken apart again."""
