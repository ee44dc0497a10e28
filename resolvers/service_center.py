"""Who may ask for ServiceCenters, and which reading answers it."""

from resolvers.lookup import by_code, listed

service_center = by_code("ServiceCenter")
service_centers = listed("ServiceCenter")
