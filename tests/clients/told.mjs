// What the scripts check; each says in words what is wrong, and ends the process with 1.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export const equal = (found, expected, what) =>
  assert.equal(found, expected, `${what}: ${found} instead of ${expected}`);

export const same = (found, expected, what) =>
  assert.deepEqual(found, expected, `${what}: ${JSON.stringify(found)}`);

// The answer to a request that is made without any client.
export async function posted(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return await response.json();
}

export async function data(url, query, variables) {
  const answer = await posted(url, { query, variables });
  same(answer.errors ?? [], [], 'errors');
  return answer.data;
}

// The data of a registered document. Servers take over what is registered within 5 seconds.
export async function known(url, documentId, variables) {
  for (const end = Date.now() + 20_000; ; await sleep(100)) {
    const { data, errors = [] } = await posted(url, { documentId, variables });
    const unknown = errors[0]?.extensions.code === 'UNKNOWN_DOCUMENT';
    if (unknown && Date.now() < end) continue;
    same(errors, [], `errors of ${documentId}`);
    return data;
  }
}

export const DIVISION = '{ division(code: "ZZ-SJ") { name } }';

// A skill of this code is made, and is told to be there already when it is made again.
export const CREATE_SKILL = `mutation ($input: CreateSkillInput!) {
  createSkill(input: $input) { skill { code name } userErrors { code field } }
}`;

export function madeOnce(code, first, second) {
  same(first.userErrors, [], 'errors of a new skill');
  same([first.skill.code, first.skill.name], [code, code], 'a new skill');
  const [error, ...others] = second.userErrors;
  same([second.skill, others], [null, []], 'the same skill again');
  same([error.code, error.field], ['ALREADY_EXISTS', ['code']], 'why it is refused');
}
