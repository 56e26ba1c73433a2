"""Looking after what claims are made about and by whom: deployments, measures and sources."""
