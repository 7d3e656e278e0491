/**
 * What clients ask where only listed documents are run is counted by what became of it, each request once, whichever
 * door it came by.
 */

import { manifestFile, type ManifestFile } from '../kit/manifest-file.ts';
import { crm } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const LISTED = '{ customer(id: "1") { name } }';

let gateway: TestGateway;
let manifest: ManifestFile;

beforeAll(async () => {
  manifest = manifestFile({ listed: LISTED });
  const documents = { mode: 'only' as const, manifests: [{ file: manifest.file }] };
  gateway = await startGateway({ subgraphs: [crm], config: { documents } });
  // From now on it is known, and so is the type of answers.
  await gateway.ask(LISTED);
});

afterAll(async () => {
  await gateway.stop();
  manifest.stop();
});

test.each([
  ['listed', { documentId: 'listed' }],
  ['refused', { query: '{ __typename }' }],
  ['contradictory', { documentId: 'listed', query: '{ __typename }' }],
])('what is %s is counted once', async (outcome, body) => {
  const before = await readCounts();
  await gateway.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const after = await readCounts();
  const more = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect([more, after[outcome]]).toEqual([[outcome], (before[outcome] ?? 0) + 1]);
});

/** By outcome. */
async function readCounts(): Promise<Record<string, number>> {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  const lines = page.matchAll(/^tributary_documents_asked_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
}
