"""The rules: validate(draft, campaign, today) gives findings; no input, no output, no clock."""
