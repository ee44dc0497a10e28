// An app in strict TypeScript, with the types that graphql-codegen makes of the schema.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type FragmentType, unmasked } from './gql/fragment-masking.js';
import { graphql } from './gql/gql.js';
import type { GridLevel } from './gql/graphql.js';

type Ask = <Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<Data>;

const HEADED = graphql(`
  query Headed($level: GridLevel!, $first: Int!, $after: String) {
    grids(filter: {level: {eq: $level}}, first: $first, after: $after) {
      totalCount
      edges {
        cursor
        node { code name households heads(first: 1) { edges { since node { name } } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export async function headed(ask: Ask, level: GridLevel, first: number) {
  const { grids } = await ask(HEADED, { level, first });
  const since: (string | null)[] = grids.edges.flatMap(({ node }) =>
    node.heads.edges.map((edge) => edge.since),
  );
  // @ts-expect-error A level that is none is refused.
  const wrong = () => ask(HEADED, { level: 'MIKRO', first });
  // @ts-expect-error A variable that must be given is missed.
  const lacking = () => ask(HEADED, { level });
  // @ts-expect-error A number that may be null is not taken for one.
  const unsure = (): number[] => grids.edges.map(({ node }) => node.households);
  return { count: grids.totalCount satisfies number, since };
}

const PERSON = graphql(`
  fragment FoundPerson on Person { name isVolunteer skills(first: 3) { edges { level node { name } } } }
`);
const SEARCH = graphql(`
  query Search($text: String!, $first: Int!) {
    search(text: $text, first: $first) {
      edges {
        score
        node { __typename ... on Grid { level } ... on Merchant { trade } ...FoundPerson }
      }
    }
  }
`);

function shown(person: FragmentType<typeof PERSON>): string {
  // @ts-expect-error What the fragment selects is seen through the fragment only.
  const masked = () => person.name;
  const { name, isVolunteer } = unmasked(PERSON, person);
  return `${name} ${isVolunteer satisfies boolean}`;
}

export async function found(ask: Ask, text: string): Promise<string[]> {
  const { search } = await ask(SEARCH, { text, first: 20 });
  return search.edges.map(({ node }) => {
    switch (node.__typename) {
      case 'Grid':
        return node.level satisfies GridLevel;
      case 'Merchant':
        return node.trade satisfies string;
      case 'Person':
        return shown(node);
      default:
        return node.__typename;
    }
  });
}

const CREATE = graphql(`
  mutation Create($input: CreateSkillInput!) {
    createSkill(input: $input) { skill { code name } userErrors { code field message } }
  }
`);

export async function made(ask: Ask, code: string) {
  const { createSkill } = await ask(CREATE, { input: { code, name: code } });
  // @ts-expect-error Where there are errors there is no skill.
  const unsure = () => createSkill.skill.code;
  return createSkill satisfies { userErrors: { code: string; field: string[] | null }[] };
}
