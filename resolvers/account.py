"""Who may see and make Accounts: they belong to no territory, what is granted to them does."""

from resolvers.auth import GRANT
from resolvers.lookup import by_code, everywhere

account = by_code("Account", GRANT)
accounts = everywhere("Account", GRANT)
