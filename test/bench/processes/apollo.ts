/**
 * The peer `@apollo/gateway` on `@apollo/server`, as its documentation starts it. Started with a port and a supergraph.
 */

import { readFileSync } from 'node:fs';

import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

import { endWithParent } from '../process/answer-parent.ts';

const [port = '', supergraph = ''] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8') });
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(port), host: '127.0.0.1' },
});
endWithParent();
