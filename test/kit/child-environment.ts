/**
 * What a process of ours gets of the environment of the tests: where programs are, and what is compiled already. Whatever
 * else it needs, the test says.
 */

const { PATH, NODE_COMPILE_CACHE } = process.env;

export const CHILD_ENVIRONMENT: NodeJS.ProcessEnv = { PATH, NODE_COMPILE_CACHE };
