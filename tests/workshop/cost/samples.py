"""What a sandbox might have counted."""

from workshop.cost.counting import Counts

TABLE = {
    "table": "users",
    "region": "us-east-1",
    "mode": "PAY_PER_REQUEST",
    "read_request_units": 0.0,
    "write_request_units": 0.0,
    "read_capacity_units_consumed": 0.0,
    "write_capacity_units_consumed": 0.0,
    "read_capacity_unit_hours": 0.0,
    "write_capacity_unit_hours": 0.0,
    "bytes_stored": 0,
}


def counted(seconds=3600.0, tables=(), functions=(), apis=(), log_groups=()):
    return Counts(seconds, list(tables), list(functions), list(apis), list(log_groups))
