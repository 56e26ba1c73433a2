"""Search: the words of claims, sources, deployments and measures."""
