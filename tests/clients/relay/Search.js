// Pages of an abstract type, at the root and in both directions.
import { graphql } from 'react-relay';

export const query = graphql`
  query SearchQuery($text: String!) {
    ...Search_query @arguments(text: $text)
  }
`;

export const fragment = graphql`
  fragment Search_query on Query
  @refetchable(queryName: "SearchPageQuery")
  @argumentDefinitions(
    text: { type: "String!" }
    first: { type: "Int", defaultValue: 5 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    search(text: $text, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Search_query_search") {
      edges {
        score
        node {
          __typename
          ...Grid_grid @alias
          ... on Person {
            name
            isVolunteer
          }
        }
      }
    }
  }
`;
