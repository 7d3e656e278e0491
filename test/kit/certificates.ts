/**
 * A certificate authority of a few lines for tests of TLS: X.509 v3 (RFC 5280) with a P-256 key and what a handshake
 * looks at, names and dates. Made here so that no test needs a program that a machine may lack. Knows no TLS.
 */

import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  readonly cert: string;
  /** For servers and clients alike; each name is a DNS name or an IPv4 address. */
  issue(...names: string[]): IssuedCertificate;
}

/** As short as DER's object identifiers are long: written out in hexadecimal. */
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
} as const;

const DAY_MS = 24 * 3_600_000;

export function createAuthority(name: string): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = extension(OID.basicConstraints, der(0x30, der(0x01, Buffer.from([0xff]))));
  const own = { issuer: name, subject: name, publicKey, signer: privateKey, extensions: [isAuthority] };
  return {
    cert: certificate(own),
    issue(...names) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = [extension(OID.subjectAltName, der(0x30, ...names.map(generalName)))];
      const subject = names[0] ?? '';
      const issued = { issuer: name, subject, publicKey: pair.publicKey, signer: privateKey, extensions };
      return {
        cert: certificate(issued),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

export interface PemFolder {
  /** Gives the file's name; replaces what was there at once, as an operator would. */
  write(name: string, pem: string): string;
  remove(): void;
}

export function createPemFolder(): PemFolder {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-pem-'));
  return {
    write(name, pem) {
      const file = join(folder, name);
      writeFileSync(`${file}.draft`, pem);
      renameSync(`${file}.draft`, file);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

interface Certified {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate({ issuer, subject, publicKey, signer, extensions }: Certified): string {
  const algorithm = der(0x30, oid(OID.ecdsaWithSha256));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const toBeSigned = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    nameOf(issuer),
    der(0x30, time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, signer));
  const body = der(0x30, toBeSigned, algorithm, signature).toString('base64');
  const lines = body.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}

function oid(hexadecimal: string): Buffer {
  return der(0x06, Buffer.from(hexadecimal, 'hex'));
}

function nameOf(commonName: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid(OID.commonName), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function generalName(name: string): Buffer {
  return isIP(name) === 4
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : der(0x82, Buffer.from(name));
}

function extension(id: string, value: Buffer): Buffer {
  return der(0x30, oid(id), der(0x04, value));
}
