/**
 * The door of every command: `node tools/run.js <command> [arguments]`. Plain JavaScript that even an old Node can
 * read, so that it can say what is wrong with an old Node. Knows the commands' files and nothing of what they do.
 */

import fs from 'fs';
import module from 'module';
import path from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const OLDEST_NODE = 24;
const TOOLS = path.dirname(fileURLToPath(import.meta.url));
const COMMANDS = {
  start: 'start.ts',
  gateway: '../gateway/main.ts',
  subgraph: 'subgraph.ts',
  token: 'token.ts',
  keys: 'keys.ts',
  migrate: 'migrate.ts',
  events: 'events.ts',
  reconcile: 'reconcile.ts',
  compose: 'compose.ts',
  sign: 'sign.ts',
  outages: 'outages.ts',
  'config-reference': 'config-reference.ts',
  check: 'check.ts',
  plan: 'plan.ts',
  documents: 'documents.ts',
  'check-names': 'check-names.ts',
  'access-log': 'access-log.ts',
  'access-matrix': 'access-matrix.ts',
  'access-check': 'access-check.ts',
  'access-explain': 'access-explain.ts',
  'access-mutate': 'access-mutate.ts',
  faults: 'faults.ts',
  bench: '../test/bench/run.ts',
  'bench-shield': '../test/bench/shield/run.ts',
  'console-build': 'console-build.ts',
};

/** Level by level: where none can be made, as in /proc, Node would try for ever to make them at once. */
function makeFolder(folder) {
  if (fs.existsSync(folder)) return true;
  if (!makeFolder(path.dirname(folder))) return false;
  try {
    fs.mkdirSync(folder, { mode: 0o711 });
    return true;
  } catch (problem) {
    // Somebody else may have made it; what cannot be made is for the command to complain about.
    return problem.code === 'EEXIST';
  }
}

const [command, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);

if (major < OLDEST_NODE) {
  refuse(
    'Tributary needs Node ' +
      OLDEST_NODE +
      ' or newer, and this is ' +
      process.version +
      '. ' +
      'After "npm ci", what "npm run" starts runs on the Node that the lockfile pins.',
  );
} else if (!Object.prototype.hasOwnProperty.call(COMMANDS, command)) {
  refuse(
    'There is no command "' + (command || '') + '"; there are: ' + Object.keys(COMMANDS).join(', ') + '.',
  );
} else {
  const file = path.join(TOOLS, COMMANDS[command]);
  const compiled = path.resolve(
    process.env.TRIBUTARY_HOME || path.join(TOOLS, '..', '.tributary'),
    'compile-cache',
  );
  // What is running, such as a whole company, ends in its own time.
  process.stdout.once('error', tellUnheard).on('error', function () {});
  // Types are stripped once and kept: later starts of every process skip the compiler.
  if (makeFolder(compiled)) module.enableCompileCache(compiled);
  // The command finds its arguments where it would if it had been started by itself.
  process.argv = [process.argv[0], file].concat(args);
  import(pathToFileURL(file).href).then((loaded) => loaded.run && loaded.run(args)).catch(fail);
}

function fail(problem) {
  if (problem && problem.name === 'UsageAsked') {
    process.stdout.write(problem.message + '\n');
    return;
  }
  const isForPeople = problem && problem.name === 'CommandRefused';
  const full = isForPeople ? undefined : fullDisk(problem);
  if (full) refuse('There is no space left on a disk that this writes to (' + full + ').');
  else refuse(isForPeople ? problem.message : (problem && problem.stack) || String(problem));
}

/** In Node's words or PostgreSQL's, also as the cause of something else; undefined where that is not the problem. */
function fullDisk(problem) {
  if (!problem) return undefined;
  const isFull = /no space left on device|EDQUOT/i.test(problem.message);
  return isFull ? problem.message : fullDisk(problem.cause);
}

/** Whoever reads no more has no wish to be told. */
function tellUnheard(problem) {
  if (problem.code === 'EPIPE') process.exitCode = 1;
  else refuse('What it says cannot be written (' + problem.message + ').');
}

function refuse(sentence) {
  process.stderr.write(sentence + '\n');
  process.exitCode = 1;
}
