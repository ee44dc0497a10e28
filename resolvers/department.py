"""Who may ask for Departments, and which reading answers it: a dictionary, open to every caller."""

from resolvers.lookup import by_code, everywhere

department = by_code("Department")
departments = everywhere("Department")
