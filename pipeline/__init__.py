"""biaoge: exact, checked, traceable figures out of information-disclosure reports."""
