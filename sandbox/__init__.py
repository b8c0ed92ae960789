"""Local stand-ins for the two servers Countersign talks to: an OpenAI organisation and a Slack workspace."""
