"""Who may do what to which record, and why.  One function decides: ``policy.Policy.decide``."""
