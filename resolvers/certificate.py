"""Who may ask for kinds of certificate, and which reading answers it: a dictionary."""

from resolvers.lookup import by_code, everywhere

certificate = by_code("Certificate")
certificates = everywhere("Certificate")
