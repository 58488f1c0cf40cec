"""DynamoDB: its tables and their states, its items on three replicas, its capacity, its streams."""
