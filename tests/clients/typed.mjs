// The app in strict TypeScript, compiled, asks by the ids that graphql-codegen gave its documents.
import { equal, known, madeOnce, same } from './told.mjs';
import { found, headed, made } from './typed/js/app.js';

const [url, code] = process.argv.slice(2);
const ask = (document, variables) => known(url, document.__meta__.hash, variables);

const { count, since } = await headed(ask, 'MICRO', 10);
same([count, since.length], [619, 10], 'micro grids and their heads');
const results = {
  wang: /^王\S+ (true|false)$/,
  烧烤: /^BARBECUE$/,
  'ZZ-GX-SF-M': /^MICRO$/,
  石佛: /^(Division|PartyOrganization|[A-Z_0-9]+)$/,
};
for (const [text, expected] of Object.entries(results)) {
  const shown = await found(ask, text);
  same(shown.filter((each) => !expected.test(each)), [], `other results of ${text}`);
  equal(shown.length, 20, `results of ${text}`);
}
madeOnce(code, await made(ask, code), await made(ask, code));
