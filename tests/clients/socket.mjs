// graphql-ws: questions and changes over one WebSocket; who shows a wrong token is let go.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { CREATE_SKILL, DIVISION, equal, madeOnce, same } from './told.mjs';

const [url, code] = process.argv.slice(2);
const options = { url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 };

async function answers(client, query, variables) {
  const found = [];
  for await (const each of client.iterate({ query, variables })) found.push(each);
  return found;
}

let connected = 0;
const client = createClient({ ...options, lazy: false, on: { connected: () => connected++ } });
same(await answers(client, DIVISION), [{ data: { division: { name: '上街区' } } }], 'answers');
const made = async () => {
  const [{ data }] = await answers(client, CREATE_SKILL, { input: { code, name: code } });
  return data.createSkill;
};
madeOnce(code, await made(), await made());
const refused = await answers(client, '{ nothing }').catch((errors) => errors);
equal(refused[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED', 'code of a document');
await client.dispose();
equal(connected, 1, 'connections');

const stranger = createClient({ ...options, connectionParams: { authorization: 'Bearer x' } });
const closed = await answers(stranger, DIVISION).catch((event) => event);
equal(closed.code, 4403, 'how a wrong token is closed');
