/**
 * Compression both ways: answers for clients that take it, requests as they come; the limit of a body holds for what
 * it unfolds to, byte by byte, so that a small body cannot become a large one. Knows no GraphQL.
 */

import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';

/** A smaller answer fits into a packet or two as it is. */
export const WORTH_COMPRESSING_BYTES = 1_400;
/** The cheapest level; from here on each more costs more time than it saves bytes. */
const GZIP_LEVEL = 1;

const READ_ENCODINGS = 'A body is read in gzip, br or deflate, or as it is.';

/** Before the routes are added. */
export async function addEncodings(app: FastifyInstance): Promise<void> {
  // The library knows encodings by one spelling; they have others (RFC 9110, sections 8.4.1 and 8.4.1.3).
  app.addHook('onRequest', ({ headers }, _reply, done) => {
    const encoding = headers['content-encoding'];
    if (encoding !== undefined)
      headers['content-encoding'] = encoding.toLowerCase().replace(/^x-gzip$/, 'gzip');
    done();
  });
  await app.register(compress, {
    threshold: WORTH_COMPRESSING_BYTES,
    encodings: ['br', 'gzip'],
    // Parts of an answer are sent when they are there; a compressor would hold them back.
    customTypes: /^application\/(?:graphql-response\+)?json(?:;|$)/,
    zlibOptions: { level: GZIP_LEVEL },
    // Some say that a body is as it is (RFC 9110, section 8.4.1).
    requestEncodings: ['gzip', 'br', 'deflate', 'identity'],
    onUnsupportedRequestEncoding: () =>
      new GatewayError('UNSUPPORTED_MEDIA_TYPE', { reason: READ_ENCODINGS }),
    onInvalidRequestPayload: (encoding, _request, { message }) => unreadable(`${encoding}: ${message}`),
  });
}

/** The library throws what zlib did, and puts onto it whatever else an error has. Zlib's sentences quote nothing. */
function unreadable(why: string): Error {
  const refusal = new GatewayError('BAD_REQUEST', { reason: `The body cannot be read as ${why}.` });
  return Object.assign(new Error(why), { refusal });
}
