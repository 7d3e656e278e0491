/**
 * A value that parts of the page share: whoever shows it is told when it changes. Knows no component.
 */

import { useSyncExternalStore } from 'react';

export interface ObservableValue<Value> {
  readonly get: () => Value;
  readonly set: (value: Value) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function observableValue<Value>(first: Value): ObservableValue<Value> {
  let current = first;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(value) {
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useObservable<Value>({ subscribe, get }: ObservableValue<Value>): Value {
  return useSyncExternalStore(subscribe, get);
}
