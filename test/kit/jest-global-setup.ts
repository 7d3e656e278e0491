/**
 * Runs once before all tests of a jest run, in jest's own process.
 */

import { prepareTestFolder } from './test-cluster.ts';

// jest asks for a default export.
export default prepareTestFolder;
