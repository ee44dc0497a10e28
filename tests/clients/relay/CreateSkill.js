// A change whose new node is added to connections in the store.
import { graphql } from 'react-relay';

export const mutation = graphql`
  mutation CreateSkillMutation($input: CreateSkillInput!, $connections: [ID!]!) {
    createSkill(input: $input) {
      skill @appendNode(connections: $connections, edgeTypeName: "SkillEdge") {
        code
        name
      }
      userErrors {
        code
        field
      }
    }
  }
`;
