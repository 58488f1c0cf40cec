"""moto, which keeps the state of AWS here. Only this package knows moto's insides."""
