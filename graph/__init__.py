"""How the network is kept, read, written and reasoned about; knows neither GraphQL nor HTTP."""

from importlib import import_module

# The one place of registration: an entity that is named here is declared.
ENTITIES = (
    "division",
    "grid",
    "person",
    "skill",
    "social_organization",
    "party_organization",
    "merchant",
    "business_district",
    "alliance",
    "place",
    "service_center",
    "volunteer_team",
    "department",
    "certificate",
    "need",
    "visit",
    "patrol_note",
    "invitation",
    "plan_run",
    "data_source",
)

for _name in ENTITIES:
    import_module(f"graph.{_name}")
