"""How an applicant becomes a member."""
