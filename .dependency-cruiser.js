/**
 * The floors of the house: a file imports from its own room and from lower floors, type imports included; rooms on one
 * floor are strangers; the gateway side and the subgraph side meet only in schema/. Knows folders, not what is in them.
 */

/** From the ground up; what stands in one line stands on one floor. */
const GATEWAY_FLOORS = [
  ['base'],
  ['config'],
  ['telemetry', 'resilience'],
  ['supergraph', 'upstream', 'identity', 'store'],
  ['operation'],
  ['access', 'planning'],
  ['execution'],
  ['subscriptions'],
  ['request'],
  ['http'],
  ['main.ts'],
];

/** Within one system's folder. */
const SYSTEM_FLOORS = [
  ['connector', 'permissions.ts'],
  ['loaders.ts', 'events.ts', 'migrate.ts'],
  ['resolvers'],
  ['subgraph.ts'],
  ['main.ts', 'worker.ts'],
];

/** Rules that keep each room from its neighbours and from everything above; `house` is a pattern without a room. */
function floorRules(house, floors, name) {
  return floors.flatMap((rooms, floor) =>
    rooms.map((room) => {
      const neighbours = rooms.filter((other) => other !== room);
      const outOfReach = [...neighbours, ...floors.slice(floor + 1).flat()];
      return {
        name: `${name}-${room.replace('.ts', '')}-imports-only-downwards`,
        comment: `${room} may import from its own room and from the floors below it.`,
        severity: 'error',
        from: { path: `${house}${roomPattern([room])}` },
        to: { path: `${house.replace('([^/]+)', '$1')}${roomPattern(outOfReach)}` },
      };
    }),
  );
}

function roomPattern(rooms) {
  return `(?:${rooms.map((room) => (room.endsWith('.ts') ? `${room.replace('.', '\\.')}$` : `${room}/`)).join('|')})`;
}

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to };
}

const lastFloor = (floors) => floors.slice(0, -1);

export default {
  forbidden: [
    forbid('no-circles', 'Two files that need each other are one file, or three.', {}, { circular: true }),
    ...floorRules('^gateway/', GATEWAY_FLOORS, 'gateway').slice(0, lastFloor(GATEWAY_FLOORS).flat().length),
    ...floorRules('^subgraphs/(?!kit/)([^/]+)/', SYSTEM_FLOORS, 'system'),
    forbid(
      'the-gateway-knows-no-subgraph',
      'Both sides agree on schema/ and on nothing else.',
      { path: '^gateway/' },
      { path: '^(subgraphs|tools|test)/' },
    ),
    forbid(
      'subgraphs-know-no-gateway',
      'Both sides agree on schema/ and on nothing else.',
      { path: '^subgraphs/' },
      { path: '^(gateway|tools|test)/' },
    ),
    forbid(
      'the-kit-knows-no-system',
      'What only one system needs is not in the kit.',
      { path: '^subgraphs/kit/' },
      { path: '^subgraphs/(?!kit/)' },
    ),
    forbid(
      'systems-are-strangers',
      'A system learns of another by references and events, not by its code.',
      { path: '^subgraphs/(?!kit/)([^/]+)/' },
      { path: '^subgraphs/(?!kit/)', pathNot: '^subgraphs/$1/' },
    ),
    forbid(
      'schema-is-the-ground',
      'schema/ imports nothing of ours.',
      { path: '^schema/' },
      { path: '^(gateway|subgraphs|tools|test)/' },
    ),
    forbid(
      'tools-are-not-tested-code',
      'Tests import tools, not the other way.',
      { path: '^tools/' },
      { path: '^test/' },
    ),
    forbid(
      'no-development-packages-at-run-time',
      'What runs in production is in dependencies. The page of the console is bundled before it is served.',
      { path: '^(gateway|subgraphs|schema|tools)/', pathNot: '^gateway/console/(page/|bundle-page)' },
      { dependencyTypes: ['npm-dev'] },
    ),
    forbid(
      'no-unlisted-packages',
      'Every package that is imported stands in package.json.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-missing-files',
      'Every import leads somewhere; the bundler alone finds the editor.',
      {},
      { couldNotResolve: true, pathNot: '^monaco-editor' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The bench's peers import packages of their own, which are installed only to measure.
    exclude: { path: '^test/(.*/fixtures|bench/peers)/' },
    // Type imports count: who knows a neighbour's types knows the neighbour.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
