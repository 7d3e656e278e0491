/**
 * The options about where the schema comes from: a file, an address or a folder of subgraphs’ SDLs, what is demanded of
 * it, and what is done when it cannot be had. Part of `options.ts`.
 */

import { z } from 'zod';

import { hostOf } from '../base/host-of.ts';
import { httpUrl, milliseconds, pauseMs, pemFile, positive } from './option-types.ts';

const MEBIBYTE = 1024 * 1024;
const file = z.string().min(1);

const polling = z
  .strictObject({
    everyMs: milliseconds
      .default(30_000)
      .describe('How long after one look the next one follows; up to a fifth longer, by chance.'),
    timeoutMs: milliseconds.default(10_000).describe('How long one look may take, down to the last byte.'),
    startWithinMs: pauseMs
      .default(0)
      .describe('How long the start tries again while there is no usable answer; 0 tries once.'),
    caFile: pemFile
      .optional()
      .describe('The only authorities (PEM) that may vouch for the host, instead of the well-known ones.'),
    tokenFile: file
      .optional()
      .describe('A file with a bearer token that is sent along; read anew for each look.'),
    token: z
      .string()
      .regex(/^[\x21-\x7e]+$/, { error: 'must be visible ASCII characters' })
      .optional()
      .describe('The same as text, for one that comes as an environment variable; or give tokenFile.'),
  })
  .refine((given) => given.token === undefined || given.tokenFile === undefined, {
    error: 'needs no more than one of token and tokenFile',
  })
  .prefault({})
  .describe('How the address in `supergraph.url` is asked.');

const composition = z
  .strictObject({
    timeoutMs: milliseconds.default(60_000).describe('How long it may take.'),
    maxHeapMb: positive
      .min(64)
      .default(512)
      .describe('How much memory it may take, beside what the gateway needs.'),
  })
  .prefault({})
  .describe(
    'What composing `supergraph.folder` may cost. It runs beside the requests, in a thread of its own.',
  );

const fields = {
  file: file
    .optional()
    .describe(
      'The composed Federation 2 supergraph (SDL); or give `url` or `folder`. One of the three is needed.',
    ),
  url: httpUrl
    .optional()
    .describe(
      'An http or https address that serves the supergraph. It is asked again every `polling.everyMs`, by `ETag` and ' +
        '`Last-Modified` where the server gives them; redirects are refused.',
    ),
  folder: file
    .optional()
    .describe(
      'A folder with the SDL of each subgraph (`NAME.graphql`), composed by the gateway. Where each is called says ' +
        '`subgraphs.overrides.NAME.url`; a file `supergraph.graphql` in it is passed over.',
    ),
  watch: z
    .boolean()
    .default(false)
    .describe(
      'Whether the file or the folder is watched and taken over when it changes, without a restart; one that cannot ' +
        'be used is refused and the old one stays. Replace a file by renaming, so that nobody reads half of it.',
    ),
  allowedHosts: z
    .array(z.string().refine(isHost, { error: 'must be a host and its port, such as schemas.example:443' }))
    .default([])
    .describe(
      'The hosts, each with its port, that the gateway may fetch a supergraph from; nothing else is connected to. A ' +
        'name does not stand for loopback, link-local or other special addresses: these are listed as such.',
    ),
  polling,
  composition,
  maxBytes: positive
    .default(32 * MEBIBYTE)
    .describe('The largest supergraph that is read, unpacked; for a folder all its files together.'),
  publicKeysFile: file
    .optional()
    .describe(
      'A JWKS (RFC 7517) of public keys (Ed25519 or P-256, each with a `kid`), by one of which the supergraph must be ' +
        'signed: a detached JWS beside it under the same name with `.sig`. A changed file holds from the next look on.',
    ),
  keepFile: file
    .optional()
    .describe(
      'Where the last good answer of `url` is kept with its signature; the gateway starts from it when the address ' +
        'gives no usable one.',
    ),
  overrideLabels: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'The labels of `@override(label:)` that are on: their fields are asked of the new owner. `percent(N)` is ' +
        'decided by chance for each request and needs no mention.',
    ),
};

type Given = z.output<z.ZodObject<typeof fields>>;

export const supergraph = z
  .strictObject(fields)
  .superRefine((given, context) => {
    for (const { name, message } of problemsIn(given)) {
      context.addIssue({ code: 'custom', path: [name], message, input: given });
    }
  })
  .describe('Where the schema comes from.');

interface Problem {
  readonly name: keyof Given;
  readonly message: string;
}

function problemsIn(given: Given): readonly Problem[] {
  const { file: named, url, folder, publicKeysFile, keepFile, watch } = given;
  const sources = (['file', 'url', 'folder'] as const).filter((name) => given[name] !== undefined);
  const [first, second] = sources;
  const problems: Problem[] = [];
  if (first === undefined)
    problems.push({ name: 'file', message: 'is required, or supergraph.url or supergraph.folder' });
  if (second !== undefined) {
    problems.push({
      name: second,
      message: `cannot stand beside supergraph.${first}: give one of file, url and folder`,
    });
  }
  if (folder !== undefined && publicKeysFile !== undefined) {
    const message =
      'cannot hold for a folder, which has no one signature: compose it, sign that, and give it as file or url';
    problems.push({ name: 'publicKeysFile', message });
  }
  if (keepFile !== undefined && url === undefined)
    problems.push({ name: 'keepFile', message: 'is for a url alone' });
  if (watch && url !== undefined && named === undefined && folder === undefined) {
    const message = 'is for a file or a folder: an address is asked every polling.everyMs by itself';
    problems.push({ name: 'watch', message });
  }
  if (url !== undefined) problems.push(...problemsOfUrl(url, given));
  return problems;
}

/** Quotes nothing of a URL that may hold a secret. */
function problemsOfUrl(
  url: string,
  { allowedHosts, polling: { token, tokenFile } }: Given,
): readonly Problem[] {
  // What is no such URL or no such host is said where it stands.
  if (!URL.canParse(url) || !/^https?:/i.test(url)) return [];
  const { username, password, protocol, hostname } = new URL(url);
  if (username !== '' || password !== '') {
    return [
      { name: 'url', message: 'must hold no user name and no password; give polling.tokenFile instead' },
    ];
  }
  const hasToken = token !== undefined || tokenFile !== undefined;
  if (hasToken && protocol === 'http:' && !isOwnMachine(hostname)) {
    return [{ name: 'url', message: 'must be https where a token is sent along' }];
  }
  const host = hostOf(url);
  if (allowedHosts.filter(isHost).some((allowed) => hostOf(`http://${allowed}`) === host)) return [];
  return [{ name: 'url', message: `leads to ${host}, which is not listed in supergraph.allowedHosts` }];
}

function isOwnMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
}

function isHost(text: string): boolean {
  return /^[^/?#@\s]+:\d{1,5}$/.test(text) && URL.canParse(`http://${text}`);
}
