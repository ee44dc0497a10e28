"""Who may ask for BusinessDistricts, and which reading answers it."""

from resolvers.lookup import by_code, listed

business_district = by_code("BusinessDistrict")
business_districts = listed("BusinessDistrict")
