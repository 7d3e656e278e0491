/**
 * Why a process could not listen where its environment says, in words that name the variables. Knows no server.
 */

const NO_ADDRESS_HERE = ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'];

/** Undefined where something else was wrong. */
export function whyNotListening(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const port = 'port' in error ? String(error.port) : '';
  if (error.code === 'EADDRINUSE') return `the port ${port} is taken by another process`;
  if (error.code === 'EACCES' && port !== '') return `the port ${port} may not be opened by this user`;
  if (!NO_ADDRESS_HERE.includes(String(error.code))) return undefined;
  return `HOST or METRICS_HOST names no address of this machine (${error.message})`;
}
