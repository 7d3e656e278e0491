/**
 * Where the console of `npm start` gets tokens for the roles to switch between: a server on the loopback address whose
 * path is a secret that only the gateway is told, so that the issuer's key stays here. Knows the roles, not how they
 * are chosen.
 */

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { ROLES } from '../../schema/contract/principal.ts';
import { CommandRefused } from '../command-refused.ts';
import { signDevelopmentToken } from '../development-token.ts';
import { claimsFor } from '../token.ts';

export interface TokenDesk {
  /** A secret: whoever knows it gets tokens. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const LIFETIME_MINUTES = '60';
/** One of whom all three systems know something. */
const EXAMPLE_CUSTOMER = 'C-10001';
/** Joins all three systems, and asks for something that a customer may not see. */
const QUESTION = `query Welcome {
  customerByNumber(number: "${EXAMPLE_CUSTOMER}") {
    name
    billingAddress {
      city
    }
    receivable {
      amount
      currency
    }
    dunningLevel
    orders(first: 3) {
      nodes {
        number
        total {
          amount
        }
        billingStatus
      }
    }
  }
}
`;
const OFFER = {
  question: QUESTION,
  roles: Object.keys(ROLES).map((name) =>
    name === 'customer' ? { name, customer: EXAMPLE_CUSTOMER } : { name },
  ),
};

/** `issuerKeysFile` is the private JWKS of the development issuer. */
export async function openTokenDesk(issuerKeysFile: string): Promise<TokenDesk> {
  const path = `/${randomBytes(32).toString('base64url')}`;
  const server = createServer((request, response) => {
    answer(request, path, issuerKeysFile).then(
      ({ status, body }) => sendJson(response, status, body),
      () => sendJson(response, 500, { reason: 'The desk failed.' }),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address and a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answer(request: IncomingMessage, path: string, issuerKeysFile: string): Promise<Answer> {
  if (request.url !== path) return { status: 404, body: { reason: 'There is nothing here.' } };
  if (request.method !== 'POST') return { status: 200, body: OFFER };
  try {
    const claims = claimsFor(asked(await json(request)));
    return { status: 200, body: { token: await signDevelopmentToken(issuerKeysFile, claims) } };
  } catch (problem) {
    if (!(problem instanceof CommandRefused) && !(problem instanceof SyntaxError)) throw problem;
    return { status: 400, body: { reason: problem.message } };
  }
}

function asked(body: unknown) {
  const given: Readonly<Record<string, unknown>> = { ...(typeof body === 'object' ? body : {}) };
  const text = (name: string) => (typeof given[name] === 'string' ? { [name]: given[name] } : {});
  return { ...text('as'), ...text('customer'), 'lifetime-minutes': LIFETIME_MINUTES };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
