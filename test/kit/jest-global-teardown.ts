/**
 * Runs once after all tests of a jest run, in jest's own process.
 */

import { removeTestFolder } from './test-cluster.ts';

// jest asks for a default export.
export default removeTestFolder;
