// graphql-sse in distinct connections mode: each question and each change is a stream of its own.
import { createClient } from 'graphql-sse';
import { CREATE_SKILL, DIVISION, equal, madeOnce, same } from './told.mjs';

const [url, code] = process.argv.slice(2);
const client = createClient({ url, singleConnection: false, retryAttempts: 0 });

async function answers(query, variables) {
  const found = [];
  for await (const each of client.iterate({ query, variables })) found.push(each);
  return found;
}

same(await answers(DIVISION), [{ data: { division: { name: '上街区' } } }], 'answers');
const made = async () => {
  const [{ data }] = await answers(CREATE_SKILL, { input: { code, name: code } });
  return data.createSkill;
};
madeOnce(code, await made(), await made());
const [refused] = await answers('{ nothing }');
equal(refused.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED', 'code of a document');
client.dispose();
