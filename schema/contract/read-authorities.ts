/**
 * The authorities of a PEM file, which must hold one at least: Node takes a file without any as it is, and then trusts
 * nobody. Knows no connection.
 */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Throws an error with the `code` and the `path` of what is wrong, as reading does. */
export function readAuthorities(file: string): Buffer {
  const pem = readFileSync(file);
  try {
    // The first one is looked at.
    new X509Certificate(pem);
  } catch (cause) {
    throw Object.assign(new Error('no certificate', { cause }), { code: 'NO_CERTIFICATE', path: file });
  }
  return pem;
}
