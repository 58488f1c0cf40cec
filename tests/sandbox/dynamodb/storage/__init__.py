"""How DynamoDB keeps items: sizes, keys, order, replicas, indexes, pages."""
