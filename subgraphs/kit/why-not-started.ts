/**
 * Why a process did not start, in one sentence; where it could not listen as its environment says, it names the
 * variables. Knows no server.
 */

const NO_ADDRESS_HERE = ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'];

export function whyNotStarted(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  const port = 'port' in error ? String(error.port) : '';
  if (error.code === 'EADDRINUSE') return `the port ${port} is taken by another process`;
  if (error.code === 'EACCES' && port !== '') return `the port ${port} may not be opened by this user`;
  if (!NO_ADDRESS_HERE.includes(String(error.code))) return error.message;
  return `HOST or METRICS_HOST names no address of this machine (${error.message})`;
}
