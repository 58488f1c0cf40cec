"""The same Results as a terminal report, an HTML card, JSON, and Markdown; pytest writes JUnit itself."""
