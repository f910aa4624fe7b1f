"""What follows the decision: minutes and lists of results, appeals, terms of storage, who goes up to the next level."""
