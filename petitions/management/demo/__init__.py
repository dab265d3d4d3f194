"""A lively city for the first look: people, ready answers, and cases that went through the services like any other."""
