"""Who may ask for VolunteerTeams, and which reading answers it."""

from resolvers.lookup import by_code, listed

volunteer_team = by_code("VolunteerTeam")
volunteer_teams = listed("VolunteerTeam")
