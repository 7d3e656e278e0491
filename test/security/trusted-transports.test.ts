/**
 * Where nothing but listed documents is run, that holds whatever transport a document comes by, asked by the clients
 * themselves; and one that is listed is answered over each.
 */

import { manifestFile, type ManifestFile } from '../kit/manifest-file.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { ASKS } from '../kit/transports.ts';

const LISTED = '{ customer(id: "1") { name } }';

let gateway: TestGateway;
let manifest: ManifestFile;

beforeAll(async () => {
  manifest = manifestFile({ card: LISTED });
  const documents = { mode: 'only' as const, manifests: [{ file: manifest.file }] };
  gateway = await startGateway({ subgraphs: [crm, accounting, shop], config: { documents } });
});
afterAll(async () => {
  await gateway.stop();
  manifest.stop();
});

/** What a client makes of a refusal differs; the code is in all of it. */
const told = (answer: unknown): string => JSON.stringify(answer) ?? '';

test.each(Object.entries(ASKS))(
  '%s: a listed document is answered, another one is refused',
  async (_name, ask) => {
    expect(await ask(gateway.url, { query: LISTED })).toMatchObject({
      data: { customer: { name: 'Ada Byron' } },
    });
    const before = gateway.subgraphs.get('crm')?.received.length;
    const refused = await ask(gateway.url, { query: '{ customer(id: "1") { id } }' }).catch(
      (error: unknown) => error,
    );
    expect(told(refused)).toContain('DOCUMENT_NOT_TRUSTED');
    expect(gateway.subgraphs.get('crm')?.received.length).toBe(before);
  },
);
