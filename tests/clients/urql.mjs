// urql reads and writes with the headers it sends by itself, whether it prefers GET or not.
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { CREATE_SKILL, DIVISION, equal, madeOnce } from './told.mjs';

const [url, code] = process.argv.slice(2);
const GRIDS = 'query ($first: Int!) { grids(first: $first) { nodes { id code } } }';

async function done(asked) {
  const { data, error } = await asked.toPromise();
  if (error) throw error;
  return data;
}

for (const method of [{}, { preferGetMethod: false }, { preferGetMethod: 'force' }]) {
  const client = new Client({ url, exchanges: [cacheExchange, fetchExchange], ...method });
  equal((await done(client.query(DIVISION, {}))).division.name, '上街区', 'name');
  equal((await done(client.query(GRIDS, { first: 3 }))).grids.nodes.length, 3, 'grids');
  const { error } = await client.query(GRIDS, { first: 1000 }).toPromise();
  equal(error.graphQLErrors[0].extensions.code, 'BAD_USER_INPUT', 'code of a page');
}

const client = new Client({ url, exchanges: [cacheExchange, fetchExchange] });
const made = async () =>
  (await done(client.mutation(CREATE_SKILL, { input: { code, name: code } }))).createSkill;
madeOnce(code, await made(), await made());
