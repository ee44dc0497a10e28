// @neo4j/graphql over the data of the wire benchmark, as its documentation shows it; no tricks.
//
//     node benchmarks/peer/library.mjs PORT (yoga|apollo)
//
// On the graph that COMMONGRID_GRAPH_* name.

import { createServer } from "node:http";

import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { Neo4jGraphQL } from "@neo4j/graphql";
import { createYoga } from "graphql-yoga";
import neo4j from "neo4j-driver";

const typeDefs = `#graphql
  type Grid @node {
    code: String!
    name: String!
    people: [Person!]! @relationship(type: "LOCATED_IN", direction: IN, properties: "Held")
  }

  type Skill @node {
    code: String!
    name: String!
  }

  type SocialOrganization @node {
    code: String!
    name: String!
  }

  type Person @node {
    code: String!
    name: String!
    isVolunteer: Boolean!
    skills: [Skill!]! @relationship(type: "HAS_SKILL", direction: OUT, properties: "HasSkill")
    organizations: [SocialOrganization!]!
      @relationship(type: "MEMBER_OF", direction: OUT, properties: "Held")
    grid: [Grid!]! @relationship(type: "LOCATED_IN", direction: OUT, properties: "Held")
  }

  type Merchant @node {
    code: String!
    name: String!
    trade: String!
    openAtNight: Boolean
    frontage: Int
    creditCode: String
  }

  type Alliance @node {
    code: String!
    name: String!
    merchants: [Merchant!]!
      @relationship(type: "MEMBER_OF_ALLIANCE", direction: IN, properties: "Held")
  }

  type HasSkill @relationshipProperties {
    level: Int!
    verified: Boolean!
  }

  type Held @relationshipProperties {
    since: Date
    until: Date
  }
`;

const { env } = process;
const driver = neo4j.driver(
  env.COMMONGRID_GRAPH_URI,
  neo4j.auth.basic(env.COMMONGRID_GRAPH_USER, env.COMMONGRID_GRAPH_PASSWORD),
);
const database = env.COMMONGRID_GRAPH_DATABASE;

// The library begins each statement with a version, which not every engine can read.
const addVersionPrefix = await driver.executeQuery("CYPHER 5 RETURN 1", {}, { database }).then(
  () => true,
  () => false,
);
const context = () => ({ sessionConfig: { database }, cypherQueryOptions: { addVersionPrefix } });

const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
const host = "127.0.0.1";
const port = Number(process.argv[2]);

if (process.argv[3] === "apollo") {
  const server = new ApolloServer({ schema });
  await startStandaloneServer(server, { context: async () => context(), listen: { host, port } });
} else {
  createServer(createYoga({ schema, context, graphiql: false })).listen(port, host);
}

process.on("SIGTERM", () => process.exit(0));
