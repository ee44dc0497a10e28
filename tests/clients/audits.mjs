// All audits of graphql-http: none may warn, and none may go missing with another version.
import { serverAudits } from 'graphql-http';
import { equal, same } from './told.mjs';

const [url] = process.argv.slice(2);
const fetchFn = (to, init = {}) => fetch(to, { ...init, signal: AbortSignal.timeout(30_000) });
const found = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason, response } = await audit.fn();
  found.push(status === 'ok' ? 'ok' : `${status} ${audit.id} ${audit.name}: ${reason}`);
  if (response?.body && !response.bodyUsed) await response.body.cancel();
}
same(found.filter((each) => each !== 'ok'), [], 'audits that do not hold');
equal(found.length, 61, 'audits');
