// A node that is read again by itself, with links whose edges tell since when.
import { graphql } from 'react-relay';

export const fragment = graphql`
  fragment Grid_grid on Grid @refetchable(queryName: "GridRefetchQuery") {
    code
    level
    heads(first: 3) {
      edges {
        since
        node {
          name
        }
      }
    }
  }
`;
