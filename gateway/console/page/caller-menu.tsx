/**
 * Who asks: a role to choose where this machine gives tokens, else a field for a token. Knows no operation.
 */

import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useId, type SubmitEvent } from 'react';

import { caller, type Caller, type OfferedRole } from './caller.ts';
import { useObservable } from './observable-value.ts';

const NOBODY = 'nobody';
const PASTED = 'a token …';

export function CallerMenu({ roles }: { readonly roles: readonly OfferedRole[] }) {
  const asked = useObservable(caller);
  const actions = useGraphiQLActions();
  const id = useId();
  // What runs was asked by somebody else, and the schema may show more or less to another.
  useEffect(
    () =>
      caller.subscribe(() => {
        actions.stop();
        void actions.introspect();
      }),
    [actions],
  );
  const choose = (name: string) => caller.set(callerNamed(name, roles));
  return (
    <div className="caller">
      <label htmlFor={id}>Ask as</label>
      <select id={id} value={nameOf(asked)} onChange={(event) => choose(event.currentTarget.value)}>
        {[NOBODY, ...roles.map(({ name }) => name), PASTED].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      {asked.kind === 'role' && asked.customer !== undefined && (
        <Entry
          label="Customer number"
          given={asked.customer}
          onGiven={(customer) => caller.set({ ...asked, customer })}
        />
      )}
      {asked.kind === 'token' && (
        <Entry
          label="Token"
          given={asked.token}
          isSecret
          onGiven={(token) => caller.set({ kind: 'token', token })}
        />
      )}
    </div>
  );
}

interface EntryProps {
  readonly label: string;
  readonly given: string;
  readonly isSecret?: boolean;
  readonly onGiven: (text: string) => void;
}

/** Taken when it is left or Enter is pressed, not letter by letter. */
function Entry({ label, given, isSecret = false, onGiven }: EntryProps) {
  const take = (text: string) => {
    if (text.trim() !== given) onGiven(text.trim());
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget).get('entry');
    if (typeof entered === 'string') take(entered);
  };
  return (
    <form onSubmit={submit}>
      <input
        key={given}
        name="entry"
        aria-label={label}
        placeholder={label}
        defaultValue={given}
        type={isSecret ? 'password' : 'text'}
        autoComplete="off"
        spellCheck={false}
        onBlur={(event) => take(event.currentTarget.value)}
      />
    </form>
  );
}

function callerNamed(name: string, roles: readonly OfferedRole[]): Caller {
  if (name === NOBODY) return { kind: 'nobody' };
  if (name === PASTED) return { kind: 'token', token: '' };
  const customer = roles.find((role) => role.name === name)?.customer;
  return { kind: 'role', role: name, ...(customer === undefined ? {} : { customer }) };
}

function nameOf(asked: Caller): string {
  if (asked.kind === 'role') return asked.role;
  return asked.kind === 'nobody' ? NOBODY : PASTED;
}
