/**
 * How the editor gets its workers: as files of their own, from where the page itself came. Knows no editor.
 */

import type { Environment } from 'monaco-editor';

/** Before the editor is made. */
export function startWorkersFromHere(): void {
  const environment: Environment = {
    getWorker(_id, label) {
      const file = WORKER_FILES[label] ?? WORKER_FILES['editor'] ?? '';
      return new Worker(new URL(file, import.meta.url), { type: 'module', name: label });
    },
  };
  Object.assign(globalThis, { MonacoEnvironment: environment });
}
