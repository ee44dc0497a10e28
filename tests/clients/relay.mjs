// What the Relay compiler made is asked by id: pages below a node, a refetch, a search, a change.
import { readFileSync } from 'node:fs';
import { known, data, equal, madeOnce, same } from './told.mjs';

const [url, code] = process.argv.slice(2);
const register = JSON.parse(readFileSync(new URL('relay/artifacts/persisted.json', import.meta.url)));
const ids = Object.fromEntries(
  Object.entries(register).map(([id, text]) => [text.match(/^\w+ (\w+)/)[1], `sha256:${id}`]),
);
const asked = (name, variables) => known(url, ids[name], variables);
const node = ({ node }) => node;

async function pages(id, first) {
  let { grids } = (await asked('GridsQuery', { id, first })).node;
  const found = [...grids.edges];
  while (grids.pageInfo.hasNextPage) {
    const after = grids.pageInfo.endCursor;
    ({ grids } = (await asked('GridsPageQuery', { id, first, after })).node);
    found.push(...grids.edges);
  }
  equal(found.length, grids.totalCount, 'grids on all pages');
  return found.map(node);
}

const { division } = await data(url, '{ division(code: "ZZ-GX-SF") { id } }');
const grids = await pages(division.id, 90);
const codes = grids.map(({ code }) => code);
same(codes, [...new Set(codes)].sort(), 'different grids by code');
same((await asked('GridRefetchQuery', { id: grids[9].id })).node, grids[9], 'a grid by itself');

const { search: first } = await asked('SearchQuery', { text: 'shifo' });
equal(first.edges.length, 5, 'results');
const next = { text: 'shifo', first: 5, after: first.pageInfo.endCursor };
const { search: second } = await asked('SearchPageQuery', next);
const back = { text: 'shifo', first: null, last: 5, before: second.pageInfo.startCursor };
same((await asked('SearchPageQuery', back)).search.edges, first.edges, 'the page before');
const shown = new Set([...first.edges, ...second.edges].map(({ node }) => node.id));
equal(shown.size, 5 + second.edges.length, 'different results');

const input = { input: { code, name: code } };
const made = async () => (await asked('CreateSkillMutation', input)).createSkill;
const [once, again] = [await made(), await made()];
equal(typeof once.skill.id, 'string', 'id of a new node');
madeOnce(code, once, again);
