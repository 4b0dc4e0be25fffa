"""``make soak``: a real site under talk, churn and faults, for as long as one likes."""
