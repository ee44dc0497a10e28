"""Who may ask for the files that were loaded, and which reading answers it: a dictionary."""

from resolvers.lookup import by_code, everywhere

data_source = by_code("DataSource")
data_sources = everywhere("DataSource")
