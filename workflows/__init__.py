"""The domain: requests, who decides about them, what is then done, and the proof. It knows nothing of Slack."""
