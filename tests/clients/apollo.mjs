// Apollo Client adds pages of a connection by relayStylePagination, and knows errors by their code.
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { data, equal, same } from './told.mjs';

const [url] = process.argv.slice(2);
const GRIDS = `query Grids($first: Int!, $after: String, $filter: GridFilter) {
  grids(first: $first, after: $after, filter: $filter, orderBy: [{households: DESC}]) {
    totalCount
    edges { cursor node { __typename id code } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const filter = { level: { eq: 'MICRO' } };
const policies = { Query: { fields: { grids: relayStylePagination(['filter', 'orderBy']) } } };
const client = new ApolloClient({
  link: new HttpLink({ uri: url }),
  cache: new InMemoryCache({ typePolicies: policies }),
});

async function walked(first) {
  const codes = [];
  for (let after = null, more = true; more; ) {
    const { grids } = await data(url, GRIDS, { first, after, filter });
    codes.push(...grids.edges.map((edge) => edge.node.code));
    ({ hasNextPage: more, endCursor: after } = grids.pageInfo);
  }
  return codes;
}

async function appended(first) {
  const asked = { query: gql(GRIDS), variables: { first, filter } };
  const watched = client.watchQuery(asked);
  const watching = watched.subscribe(() => {});
  await client.query(asked);
  let { grids } = client.readQuery(asked);
  for (let length = first; grids.pageInfo.hasNextPage; length = grids.edges.length) {
    await watched.fetchMore({ variables: { after: grids.pageInfo.endCursor } });
    ({ grids } = client.readQuery(asked));
    equal(grids.edges.length > length, true, 'a page is added');
  }
  watching.unsubscribe();
  equal(grids.edges.length, grids.totalCount, 'rows in the cache');
  return grids.edges.map((edge) => edge.node.code);
}

async function code(query, variables) {
  try {
    await client.query({ query: gql(query), variables, fetchPolicy: 'no-cache' });
  } catch (error) {
    return CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : String(error);
  }
  return 'no error';
}

const expected = await walked(100);
equal(new Set(expected).size, expected.length, 'different grids');
same(await appended(90), expected, 'grids that Apollo shows');
equal(await code(GRIDS, { first: 1, after: 'x' }), 'BAD_CURSOR', 'code of a cursor');
equal(await code('{ nothing }'), 'GRAPHQL_VALIDATION_FAILED', 'code of a document');
equal(await code('{ node(id: "x") { id } }'), 'BAD_USER_INPUT', 'code of a field');
