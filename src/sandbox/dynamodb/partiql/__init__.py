"""PartiQL: ExecuteStatement, BatchExecuteStatement and ExecuteTransaction, on the same items as all else."""
