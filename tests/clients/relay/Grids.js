// Pages of a connection below a node: the compiler makes the query that reads the next one by node(id:).
import { graphql } from 'react-relay';

export const query = graphql`
  query GridsQuery($id: ID!, $first: Int!) {
    node(id: $id) {
      ...Grids_division @alias @arguments(first: $first)
    }
  }
`;

export const fragment = graphql`
  fragment Grids_division on Division
  @refetchable(queryName: "GridsPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    name
    grids(first: $first, after: $after, orderBy: [{ code: ASC }])
      @connection(key: "Grids_division_grids", filters: ["orderBy"]) {
      totalCount
      edges {
        node {
          ...Grid_grid
        }
      }
    }
  }
`;
